/** AWS as the operator's commands ask it: the endpoints and credentials that the SDK would take (AWS_ENDPOINT_URL among them), any service, reads only. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Answer, askAt } from './ask';
import { type AwsCredentials, signedHeaders } from './aws-signature';

/** Host prefix, the suffix of AWS_ENDPOINT_URL_<…>, and the name in signatures where it differs. */
const services = {
  bedrock: { host: 'bedrock-runtime', variable: 'BEDROCK_RUNTIME', signedAs: 'bedrock' },
  events: { host: 'events', variable: 'EVENTBRIDGE' },
  iam: { host: 'iam', variable: 'IAM' },
  lambda: { host: 'lambda', variable: 'LAMBDA' },
  ses: { host: 'email', variable: 'SESV2', signedAs: 'ses' },
  sns: { host: 'sns', variable: 'SNS' },
  sqs: { host: 'sqs', variable: 'SQS' },
  states: { host: 'states', variable: 'SFN' },
  sts: { host: 'sts', variable: 'STS' },
} as const satisfies Record<string, { host: string; variable: string; signedAs?: string }>;
export type AwsService = keyof typeof services;

/** One call in the service's own protocol: REST (`path`), JSON (`target` and `json`) or Query (`form`). */
export type AwsCall =
  | { service: AwsService; path: string; json?: unknown }
  | { service: AwsService; target: string; json: unknown }
  | { service: AwsService; form: Record<string, string> };

/** Never throws for what the service answers; status 0 is no answer. Throws if there are no credentials. */
export type AskAws = (call: AwsCall) => Promise<Answer>;

const REGION = 'ap-southeast-2';

/** Signs with the SDK's default credentials: environment, profile, SSO. */
export function askAws(environment: Record<string, string | undefined>): AskAws {
  const credentials = defaultCredentials();
  return async (call) => {
    const { host, variable, ...more } = services[call.service];
    const region = call.service === 'iam' ? 'us-east-1' : REGION;
    const own = call.service === 'iam' ? 'https://iam.amazonaws.com' : `https://${host}.${REGION}.amazonaws.com`;
    const base = (environment[`AWS_ENDPOINT_URL_${variable}`] ?? environment['AWS_ENDPOINT_URL'] ?? own).replace(/\/+$/, '');
    const { method, path, body, headers } = requestOf(call);
    const signature = {
      credentials: await credentials(),
      service: 'signedAs' in more ? more.signedAs : call.service,
      region,
      at: new Date(),
    };
    const signed = signedHeaders({ method, url: new URL(`${base}${path}`), headers, body }, signature);
    return askAt(base, signed)(path, method === 'GET' ? {} : { method, body });
  };
}

function requestOf(call: AwsCall): { method: 'GET' | 'POST'; path: string; body: string; headers: Record<string, string> } {
  if ('form' in call) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', path: '/', body: new URLSearchParams(call.form).toString(), headers };
  }
  if ('target' in call) {
    const version = call.service === 'sqs' || call.service === 'states' ? '1.0' : '1.1';
    const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': call.target };
    return { method: 'POST', path: '/', body: JSON.stringify(call.json), headers };
  }
  if (call.json === undefined) return { method: 'GET', path: call.path, body: '', headers: {} };
  return { method: 'POST', path: call.path, body: JSON.stringify(call.json), headers: { 'content-type': 'application/json' } };
}

function defaultCredentials(): () => Promise<AwsCredentials> {
  const client = new SecretsManagerClient({ region: REGION });
  return async () => {
    try {
      return await client.config.credentials();
    } catch {
      throw new Error('No AWS credentials: set AWS_PROFILE, or sign in with `aws sso login`.');
    }
  };
}

/** Every text of an element in an answer of the Query protocol, which is XML. */
export function elements(body: unknown, name: string): string[] {
  const xml = typeof body === 'string' ? body : '';
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');
}
