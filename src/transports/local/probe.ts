import { connect } from 'node:net';

/** Whether a TCP port answers within the time; nothing is sent to it. */
export async function answersOnPort(host: string, port: number, milliseconds: number): Promise<boolean> {
  return new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: milliseconds });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
