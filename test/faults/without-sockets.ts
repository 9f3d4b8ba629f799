/** Connections of `node:http` to servers of this process: one over the loopback costs more than most of what it is for. */
import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { connectionWithin } from '../../local/kernel/serve';

/** From here on agents connect without a socket where they can. */
export function withoutSockets(): void {
  const overSocket = Agent.prototype.createConnection.bind(new Agent());
  Agent.prototype.createConnection = (options, ready) => {
    const connection = connectionWithin(Number(options.port));
    return connection ? likeSocket(connection) : overSocket(options, ready);
  };
}

/** What `node:http` and the vendors' clients call of a socket. Its time limit counts from when it is set, not from the last byte. */
function likeSocket(connection: Duplex): Duplex {
  let limit: NodeJS.Timeout | undefined;
  const self = () => connection;
  const setTimeout = (ms: number) => {
    clearTimeout(limit);
    if (ms > 0) limit = globalThis.setTimeout(() => connection.emit('timeout'), ms);
    return connection;
  };
  connection.once('close', () => clearTimeout(limit));
  return Object.assign(connection, { setTimeout, setNoDelay: self, setKeepAlive: self, ref: self, unref: self });
}
