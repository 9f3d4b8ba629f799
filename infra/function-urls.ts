/** The public addresses. */
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from './function-settings';
import type { Functions } from './functions';

const publicFunctions = [
  'xero-webhook',
  'sms-webhook',
  'sms-fallback',
  'record-message-status',
  'voice-webhook',
  'portal',
] as const satisfies FunctionName[];
export type PublicFunction = (typeof publicFunctions)[number];

/** Function URLs without AWS authentication: the webhooks check the vendors' signatures, the portal its own sessions and tokens. */
export class FunctionUrls {
  readonly #urls: ReadonlyMap<PublicFunction, string>;

  /** `publicUrl`: of the proxy in front of all of them, without a trailing slash. */
  constructor(functions: Functions, publicUrl: string | undefined) {
    const create = (name: PublicFunction) => functions.get(name).addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
    const created = publicFunctions.map((name) => [name, create(name)] as const);
    this.#urls = new Map(created.map(([name, url]) => [name, publicUrl ? `${publicUrl}/` : url]));
  }

  /** The base URL with a trailing slash. */
  of(name: PublicFunction): string {
    const url = this.#urls.get(name);
    if (!url) throw new Error(`no URL of ${name}`);
    return url;
  }
}
