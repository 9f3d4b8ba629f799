/** The public addresses. */
import { type Function, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from './function-settings';
import type { Functions } from './functions';
import { publicUrlOf } from './public-url';
import type { StageSettings } from './stages';

export const publicFunctions = [
  'xero-webhook',
  'sms-webhook',
  'sms-fallback',
  'record-message-status',
  'voice-webhook',
  'portal',
] as const satisfies FunctionName[];
export type PublicFunction = (typeof publicFunctions)[number];
export const isPublic = (name: FunctionName): name is PublicFunction => publicFunctions.some((each) => each === name);

const open = (target: Function) => target.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;

/** Function URLs without AWS authentication: the webhooks check the vendors' signatures, the portal its own sessions and tokens. */
export class FunctionUrls {
  readonly names = publicFunctions;
  readonly #raw: ReadonlyMap<PublicFunction, string>;
  readonly #publicUrl: string | undefined;

  constructor(functions: Functions, settings: StageSettings) {
    this.#raw = new Map(publicFunctions.map((name) => [name, open(functions.get(name))]));
    this.#publicUrl = publicUrlOf(settings);
  }

  /** The base URL that people and vendors use, with a trailing slash: the public one if there is one. */
  of(name: PublicFunction): string {
    return this.#publicUrl ? `${this.#publicUrl}/` : this.raw(name);
  }

  /** Lambda's own URL, with a trailing slash. */
  raw(name: PublicFunction): string {
    const url = this.#raw.get(name);
    if (!url) throw new Error(`no URL of ${name}`);
    return url;
  }
}
