import { createServer, type Server } from 'node:http';
import { messageOf } from '../../kms/net/system-error';
import { type HostStatus } from './host-status';
import { ServeRefusal } from './serve-refusal';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
}

const noProcess = {
  connections: 0,
  accepted: 0,
  calls: 0,
  answered: 0,
  failed: 0,
  refused: 0,
  uptimeSeconds: 0,
};

/** The status of a host in Prometheus' text format 0.0.4. */
export function metricsText(status: HostStatus, residentBytes: number): string {
  const { counts, requests } = status;
  const own = status.process ?? noProcess;
  const one = (value: number): readonly Sample[] => [[{}, value]];
  const metrics: Metric[] = [
    gauge('connections', 'Open connections.', one(own.connections)),
    counter('connections_accepted', 'Connections taken since the process started.', one(own.accepted)),
    counter('calls', 'Calls since the process started.', one(own.calls)),
    counter('calls_answered', 'Calls that were recorded and answered.', one(own.answered)),
    counter('calls_failed', 'Calls that could not be recorded.', one(own.failed)),
    counter('peers_refused', 'Calls and connections refused for what they sent.', one(own.refused)),
    gauge('uptime_seconds', 'Seconds since the process started.', one(own.uptimeSeconds)),
    gauge('resident_memory_bytes', 'Memory of the process.', one(residentBytes)),
    gauge(
      'current_count',
      'Current count; -1 where nobody asked yet.',
      counts.map(({ count, current }) => [{ count }, current]),
    ),
    gauge(
      'cached_clients',
      'Client machine IDs in the counting cache.',
      counts.map(({ count, cached }) => [{ count }, cached]),
    ),
    counter(
      'requests',
      "Requests that the host's product has counted, by the client's licence state.",
      Object.entries(requests)
        .filter(([state]) => state !== 'total')
        .map(([state, value]) => [{ state }, value]),
    ),
  ];
  return metrics.map((metric) => metricText(metric, status.machine)).join('');
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `slmgr_kms_${name}`, help, type: 'gauge', samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name: `slmgr_kms_${name}_total`, help, type: 'counter', samples };
}

function metricText({ name, help, type, samples }: Metric, machine: string): string {
  const lines = samples.map(([labels, value]) => {
    const all = Object.entries({ machine, ...labels }).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}{${all.join(',')}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}

/** Why the metrics cannot be served on a port. */
export function metricsRefusal(port: number, error: unknown): ServeRefusal {
  return new ServeRefusal(`The metrics cannot be served on 127.0.0.1:${port}: ${messageOf(error)}.`, {
    cause: error,
  });
}

/** Serves `/metrics` on loopback only. Rejects with the system's error where the port is taken. */
export async function serveMetrics(port: number, text: () => Promise<string>): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    text().then(
      (body) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(body),
      () => response.writeHead(503).end(),
    );
  });
  server.requestTimeout = 5000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return server;
}
