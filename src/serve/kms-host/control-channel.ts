import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import * as z from 'zod/mini';

/** What a served host tells of its process. */
export const controlStatusSchema = z.object({
  machine: z.string(),
  pid: z.int(),
  address: z.nullable(z.string()),
  port: z.nullable(z.int()),
  /** Real time, epoch ms. */
  startedAt: z.number(),
  uptimeSeconds: z.number(),
  priority: z.int(),
  connections: z.int(),
  accepted: z.int(),
  calls: z.int(),
  answered: z.int(),
  refused: z.int(),
  failed: z.int(),
  /** Answers per second over the last ten seconds. */
  perSecond: z.number(),
  published: z.array(
    z.object({ domain: z.string(), hresult: z.int(), at: z.number(), problem: z.nullable(z.string()) }),
  ),
});
export type ControlStatus = z.infer<typeof controlStatusSchema>;

const timeoutMs = 2000;
const longestAnswer = 65536;

/** Answers each connection with the status as one JSON document, and ends it. Only this user can connect. */
export async function serveControl(path: string, status: () => ControlStatus): Promise<Server> {
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.end(JSON.stringify(status()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, readableAll: false, writableAll: false }, resolve);
  });
  server.unref();
  return server;
}

/** Asks a served host for its status; null where nobody answers in time. */
export async function askControl(path: string): Promise<ControlStatus | null> {
  const text = await new Promise<string | null>((resolve) => {
    const socket = connect({ path });
    let received = '';
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (received.length > longestAnswer) socket.destroy();
    });
    socket.on('error', () => resolve(null));
    socket.on('end', () => resolve(received));
    socket.on('close', () => resolve(null));
  });
  return text === null ? null : parseStatus(text);
}

function parseStatus(text: string): ControlStatus | null {
  try {
    const parsed = controlStatusSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
