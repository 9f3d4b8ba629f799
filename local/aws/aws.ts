import { bedrockRoutes } from '../bedrock/bedrock';
import { createEventBus } from '../event-bus/event-bus';
import type { Kernel } from '../kernel/kernel';
import type { EmitEvent, Invoke } from '../kernel/wiring';
import { createAsyncInvocations } from '../lambda/asynchronous';
import type { FunctionUrls } from '../lambda/function-urls';
import { type Lambda, startLambda } from '../lambda/lambda';
import { openFunctionLogs } from '../lambda/logs';
import { Poller } from '../queues/poller';
import { Queues } from '../queues/queues';
import { sqsRoutes } from '../queues/sqs-protocol';
import { secretsRoutes } from '../secrets/secrets';
import type { Mail } from '../ses/mail';
import { createSes } from '../ses/ses';
import type { StackModel } from '../template/model';
import { type TopicMessage, createTopics } from '../topics/topics';
import { deliverTo } from './deliver';
import { type AwsUrls, endpointVariables, serveAws } from './server';
import { checkWiring } from './wiring-check';

export interface AwsOptions {
  model: StackModel;
  /** What `openFunctionUrls` opened for `model.functionUrls`. */
  functionUrls: FunctionUrls;
  /** Starts an execution with JSON text as input; asked only after `start()`. */
  startExecution: (stateMachineArn: string, input: string) => Promise<void>;
  /** Further variables of every function (`AWS_ENDPOINT_URL_SFN`, `TWILIO_API_URL`, …); they replace the local endpoints' own. Asked at each start of an instance. */
  endpoints: () => Record<string, string>;
  /** When all of `endpoints` are known: no function runs before. */
  ready?: Promise<void>;
  /** Secret texts by secret name. */
  secrets: Record<string, string>;
  /** Verified SES identities beside the template's. */
  identities?: string[];
  /** Port of the one server for EventBridge, SQS, SNS, Secrets Manager, SES and Bedrock; any free one by default. */
  port?: number;
  /** Folder of the functions' log files; undefined keeps the last lines in memory only. */
  logDir?: string | undefined;
  maxInstances?: number;
  workerFile?: string;
  /** Folder in which compiled bundles are kept. */
  compileCache?: string;
}

export interface Aws {
  urls: AwsUrls;
  invoke: Invoke;
  emit: EmitEvent;
  lambda: Lambda;
  /** Accepted mails, oldest first. */
  mailbox: () => Mail[];
  loseMailEvents: (count: number) => void;
  /** The operator's inbox: what was published on any topic, oldest first. */
  topicMessages: () => TopicMessage[];
  queues: Queues;
  /** Event deliveries that have not succeeded yet. */
  pendingDeliveries: () => number;
  /** The last lines that a function printed. */
  logs: (functionName: string) => string[];
  /** Goes on with what is stored, and starts pollers and schedules; call it when Step Functions answers. */
  start: () => Promise<void>;
  close: () => Promise<void>;
}

/** The laptop's AWS but for Step Functions, wired as the template says. Throws when the template points to nowhere. */
export async function startAws(kernel: Kernel, options: AwsOptions): Promise<Aws> {
  const { model, functionUrls } = options;
  checkWiring(model);
  const logs = openFunctionLogs(options.logDir);
  let own: Record<string, string> = {}; // known once the server listens; no function runs before
  const lambda = startLambda(kernel, {
    functions: model.functions,
    endpoints: () => ({ ...own, ...options.endpoints() }),
    ready: options.ready,
    log: (name, line) => logs.log(name, line),
    compileCache: options.compileCache,
    ...(options.maxInstances !== undefined && { maxInstances: options.maxInstances }),
    ...(options.workerFile !== undefined && { workerFile: options.workerFile }),
  });
  const queues = new Queues(kernel, model.queues);
  const topics = createTopics(kernel, { topics: model.topics });
  const deliver = deliverTo({
    queue: (arn, message) => queues.send(arn, message),
    topic: (arn, { body, attributes = {} }) => topics.publish({ topicArn: arn, message: body, attributes }),
    lambda: (arn, event) => background.invokeAsync(arn, event),
    stateMachine: (arn, input) => options.startExecution(arn, input),
  });
  const background = createAsyncInvocations(kernel, { functions: model.functions, invoke: lambda.invoke, deliver });
  const bus = createEventBus(kernel, { buses: model.buses.map(({ name }) => name), rules: model.rules, deliver });
  const identities = [...model.emailIdentities, ...(options.identities ?? [])];
  const ses = createSes(kernel, { configurationSets: model.configurationSets, identities, emit: bus.emit });
  const server = await serveAws(kernel, options.port ?? 0, {
    eventbridge: bus.routes,
    sqs: sqsRoutes(queues),
    sns: topics.routes,
    secretsmanager: secretsRoutes(kernel, { secrets: options.secrets }),
    ses: ses.routes,
    bedrock: bedrockRoutes(kernel),
  });
  own = endpointVariables(server.urls);
  functionUrls.connect(lambda.invoke);
  const pollers = model.mappings.map((mapping) => new Poller(kernel, { queues, mapping, invoke: lambda.invoke }));
  return {
    urls: server.urls,
    invoke: lambda.invoke,
    emit: bus.emit,
    lambda,
    mailbox: ses.mailbox,
    loseMailEvents: ses.loseEvents,
    topicMessages: topics.messages,
    queues,
    pendingDeliveries: bus.pending,
    logs: logs.tail,
    async start() {
      background.start();
      ses.start();
      for (const poller of pollers) poller.start();
      await bus.start();
    },
    async close() {
      await Promise.all([server.close(), functionUrls.close()]);
      await lambda.close();
      await logs.close();
    },
  };
}
