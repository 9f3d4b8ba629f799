import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../aws/json-protocol';
import { Collection } from '../kernel/collection';
import type { Store } from '../kernel/store';
import { ACCOUNT, REGION } from '../kernel/wiring';

/** `instead`: the text that the stack gave when this one was put; when the stack gives another, that counts again. */
const Put = z.object({ text: z.string(), instead: z.string().nullable(), versionId: z.string(), changedMs: z.number() });

/** A secret as it is now. */
export interface Secret {
  name: string;
  arn: string;
  text: string;
  versionId: string;
  changedMs: number;
}

/** The stack's secrets, and what was put in their place since; that is kept on disk. */
export class Vault {
  readonly #given: Record<string, string>;
  readonly #put: Collection<z.infer<typeof Put>>;
  readonly #first = { versionId: randomUUID(), changedMs: Date.now() };

  constructor(store: Store, given: Record<string, string>) {
    this.#given = given;
    this.#put = new Collection(store, 'secrets', Put);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#given, name) || this.#put.get(name)?.instead === null;
  }

  /** By name, full ARN or ARN without the suffix. Throws ResourceNotFoundException. */
  named(secretId: string): Secret {
    const [, inArn] = /^arn:aws:secretsmanager:[^:]+:[^:]+:secret:(.+)$/.exec(secretId) ?? [];
    const candidates = [inArn ?? secretId, ...(inArn ? [inArn.replace(/-[A-Za-z0-9]{6}$/, '')] : [])];
    const name = candidates.find((candidate) => this.has(candidate));
    if (name === undefined) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return this.#current(name);
  }

  all(): Secret[] {
    const names = new Set([...Object.keys(this.#given), ...this.#put.entries().map(([name]) => name)]);
    return [...names].filter((name) => this.has(name)).map((name) => this.#current(name));
  }

  async put(name: string, text: string): Promise<Secret> {
    const instead = Object.hasOwn(this.#given, name) ? (this.#given[name] ?? null) : null;
    await this.#put.put(name, { text, instead, versionId: randomUUID(), changedMs: Date.now() });
    return this.#current(name);
  }

  #current(name: string): Secret {
    const given = Object.hasOwn(this.#given, name) ? (this.#given[name] ?? null) : null;
    const put = this.#put.get(name);
    const current = put && put.instead === given ? put : { ...this.#first, text: given ?? '' };
    const { text, versionId, changedMs } = current;
    return { name, arn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-local0`, text, versionId, changedMs };
  }
}
