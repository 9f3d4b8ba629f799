import { Hono } from 'hono';
import type { Kernel } from '../kernel/kernel';
import { serveApp } from '../kernel/serve';
import type { AwsRoutes } from './routes';

export type AwsService = 'eventbridge' | 'sqs' | 'sns' | 'secretsmanager' | 'ses' | 'bedrock';

/** Endpoint URLs by service, without trailing slash. */
export type AwsUrls = Record<AwsService, string>;

/** Serves every service under a path of its own on one port: SDK clients keep the path of an endpoint URL. */
export async function serveAws(kernel: Kernel, port: number, routes: Record<AwsService, AwsRoutes>) {
  const app = new Hono({ strict: false });
  for (const [service, part] of Object.entries(routes)) app.route(`/${service}`, part);
  const listening = await serveApp(app, { port, activity: kernel.activity });
  const at = (service: AwsService) => `${listening.url}/${service}`;
  const urls: AwsUrls = {
    eventbridge: at('eventbridge'),
    sqs: at('sqs'),
    sns: at('sns'),
    secretsmanager: at('secretsmanager'),
    ses: at('ses'),
    bedrock: at('bedrock'),
  };
  return { urls, close: () => listening.close() };
}

/** The variables that point SDK clients at the endpoints. */
export function endpointVariables(urls: AwsUrls): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_EVENTBRIDGE: urls.eventbridge,
    AWS_ENDPOINT_URL_SQS: urls.sqs,
    AWS_ENDPOINT_URL_SNS: urls.sns,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.secretsmanager,
    AWS_ENDPOINT_URL_SES: urls.ses,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: urls.bedrock,
  };
}
