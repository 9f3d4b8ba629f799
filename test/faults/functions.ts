/** The built functions, loaded into this process: the bundles that are deployed, at today's version and as a next one. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, Script } from 'node:vm';
import type { Invocation } from '../../local/kernel/wiring';
import type { FunctionModel } from '../../local/template/model';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** `next`: newly started instances of a version that words its mails and texts differently. */
export type Version = 'today' | 'next';

/** What the next version says instead: enough that nothing may be recognised by its wording. */
const rewording: [today: string, next: string][] = [
  ['I need a quote for a job next week. Can you help?', 'could you give me a price for a job next month?'],
  ['set up', 'started'],
];

/** Loads every function once per version; `fresh` forgets what instances of a version hold in memory. */
export class Functions {
  readonly #models: Map<string, FunctionModel>;
  readonly #loaded = new Map<string, Handler>();
  readonly #scripts = new Map<string, Script>();

  constructor(models: FunctionModel[]) {
    this.#models = new Map(models.map((model) => [model.name, model]));
  }

  /** As a cold start: nothing is remembered. */
  fresh(name: string): void {
    for (const version of ['today', 'next']) this.#loaded.delete(`${version} ${name}`);
  }

  /** Runs a function as Lambda does. Never rejects. */
  async run(name: string, event: unknown, version: Version = 'today'): Promise<Invocation> {
    const model = this.#models.get(name);
    if (!model) throw new Error(`there is no function ${name}`);
    try {
      const payload = await this.#handler(model, version)(JSON.parse(JSON.stringify(event ?? null)), {
        functionName: name,
        getRemainingTimeInMillis: () => model.timeoutMs,
      });
      return { payload: JSON.parse(JSON.stringify(payload ?? null)) };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      return { error: { errorType: error.name, errorMessage: error.message, stackTrace: [] } };
    }
  }

  #handler(model: FunctionModel, version: Version): Handler {
    const key = `${version} ${model.name}`;
    const known = this.#loaded.get(key);
    if (known) return known;
    const module: { exports: Record<string, unknown> } = { exports: {} };
    const wrapper = this.#script(key, model.bundleFile, version).runInThisContext() as (...args: unknown[]) => void;
    wrapper(module.exports, createRequire(model.bundleFile), module, model.bundleFile, '');
    const handler = module.exports[model.handler] as Handler;
    this.#loaded.set(key, handler);
    return handler;
  }

  /** Compiled once: a cold start runs it anew. */
  #script(key: string, file: string, version: Version): Script {
    const known = this.#scripts.get(key);
    if (known) return known;
    const source = readFileSync(file, 'utf8');
    const text = version === 'today' ? source : rewording.reduce((words, [today, next]) => words.replaceAll(today, next), source);
    const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
      filename: file,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    this.#scripts.set(key, script);
    return script;
  }
}
