/** What it all costs, from the state machine, the functions' settings, the template and the price list. US dollars. */
import { stepNames } from '../../shared/run';
import { type FunctionName, functionNames, functionOfState } from '../function-settings';
import { awsPrices as aws, vendorPrices as vendors } from './prices';
import { transitionsPerClient } from './transitions';
import { callsPerClient, callsPerMonth, gbSeconds, liveClientMonth, perClient, pollsPerMonthAndQueue } from './usage';

/** One line of the bill. */
export interface Item {
  what: string;
  usd: number;
}

/** Resources of the template that cost by their being there. */
export interface Inventory {
  alarmMetrics: number;
  dashboards: number;
  keys: number;
  secrets: number;
  polledQueues: number;
  customMetrics: number;
}

const item = (what: string, usd: number): Item => ({ what, usd });
export const total = (items: readonly Item[]): number => items.reduce((sum, { usd }) => sum + usd, 0);

/** Seconds × gigabytes and calls of these functions. */
function lambdaUsd(calls: Partial<Record<FunctionName, number>>): number {
  return functionNames.reduce((sum, name) => {
    const count = calls[name] ?? 0;
    return sum + count * (gbSeconds(name) * aws.lambdaGbSecond.usd + aws.lambdaRequest.usd + aws.trace.usd);
  }, 0);
}

/** One client, from the paid deposit to day 7, on AWS alone. */
export function awsPerClient(): Item[] {
  const steps = stepNames.map((step) => functionOfState(step));
  const calls: Partial<Record<FunctionName, number>> = { ...Object.fromEntries(steps.map((name) => [name, 1])), ...callsPerClient };
  const transitions = transitionsPerClient();
  return [
    item(`Step Functions, ${transitions} transitions`, transitions * aws.stateTransition.usd),
    item('Lambda and X-Ray', lambdaUsd(calls)),
    item(`SES, ${perClient.mails} mails`, perClient.mails * aws.mail.usd),
    item('EventBridge and SQS', perClient.events * aws.customEvent.usd + perClient.queueRequests * aws.queueRequest.usd),
    item('Secrets Manager', perClient.secretCalls * aws.secretCall.usd),
    item(`CloudWatch Logs, ${perClient.logKb} KB`, (perClient.logKb / 1024 / 1024) * aws.logGb.usd),
  ];
}

/** A month without a single client. */
export function awsPerMonth(inventory: Inventory): Item[] {
  const { alarmMetrics, dashboards, keys, secrets, polledQueues, customMetrics } = inventory;
  return [
    item('Lambda for schedules', lambdaUsd(callsPerMonth)),
    item(`CloudWatch, ${alarmMetrics} alarms`, alarmMetrics * aws.alarm.usd),
    item(`CloudWatch, ${dashboards} dashboard`, dashboards * aws.dashboard.usd),
    item(`CloudWatch, ${customMetrics} metrics of our own`, customMetrics * aws.customMetric.usd),
    item(`KMS, ${keys} key`, keys * aws.key.usd),
    item(`Secrets Manager, ${secrets} secrets`, secrets * aws.secret.usd),
    item(`SQS, asking ${polledQueues} queue(s)`, polledQueues * pollsPerMonthAndQueue * aws.queueRequest.usd),
  ];
}

/** Twilio and the model for one client until day 7: the number's first month, and the test. */
export function vendorsPerClient(): Item[] {
  return [
    item('Twilio: the number, first month', vendors.mobileNumber.usd),
    item('Twilio: the test SMS and its answer', perClient.smsOut * vendors.smsOut.usd + perClient.smsIn * vendors.smsIn.usd),
    item('Bedrock: the answer to the test', 900 * vendors.modelInput.usd + 60 * vendors.modelOutput.usd),
  ];
}

/** A live client, every month. */
export function liveClientPerMonth(): Item[] {
  const { smsIn, smsOut, inputTokens, outputTokens } = liveClientMonth;
  const requests = smsIn * (gbSeconds('sms-webhook') * aws.lambdaGbSecond.usd + aws.lambdaRequest.usd);
  return [
    item('Twilio: the number', vendors.mobileNumber.usd),
    item(`Twilio: ${smsIn} SMS in, ${smsOut} out`, smsIn * vendors.smsIn.usd + smsOut * vendors.smsOut.usd),
    item('Bedrock: the replies', inputTokens * vendors.modelInput.usd + outputTokens * vendors.modelOutput.usd),
    item('AWS', requests),
  ];
}

/** Whatever the number of clients: AWS's fixed part, Supabase, and our own test number. */
export function fixedPerMonth(inventory: Inventory): Item[] {
  return [
    item('Supabase Pro', vendors.supabasePro.usd),
    item('Twilio: our test number', vendors.mobileNumber.usd),
    item('AWS', total(awsPerMonth(inventory))),
  ];
}
