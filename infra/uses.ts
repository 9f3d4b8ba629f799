/** What functions may use: per use the variables (of `shared/config.ts`) and the grants that come with it. */
import { Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import * as z from 'zod';
import {
  BedrockVariables,
  DepositRuleVariables,
  EventBusVariables,
  MailVariables,
  NumberVariables,
  OperatorVariables,
  PortalVariables,
  PublicSupabaseVariables,
  PublicUrlVariables,
  SmsStatusVariables,
  StateMachineVariables,
  SupabaseVariables,
  TestNumberVariables,
  TwilioVariables,
  XeroVariables,
  XeroWebhookVariables,
} from '../shared/config';
import type { SecretName } from '../shared/secrets';
import type { FunctionUrls } from './function-urls';
import type { Mail } from './mail';
import { executionArns, machineNames, stateMachineArn } from './names';
import { numberWebhooks } from './number-webhooks';
import type { Secrets } from './secrets';
import { publicUrlOf } from './public-url';
import type { StageSettings } from './stages';

export type UseName =
  | 'supabase'
  | 'publicSupabase'
  | 'xero'
  | 'xeroWebhook'
  | 'depositRule'
  | 'twilio'
  | 'number'
  | 'testNumber'
  | 'smsStatus'
  | 'mail'
  | 'portal'
  | 'publicUrl'
  | 'eventBus'
  | 'operator'
  | 'bedrock'
  | 'wakeExecutions'
  | 'wakeOffboardings'
  | 'stopExecutions'
  | 'redriveExecutions'
  | 'readExecutions'
  | 'listExecutions';

/** What the uses refer to. */
export interface Parts {
  secrets: Secrets;
  bus: EventBus;
  topic: Topic;
  mail: Mail;
  urls: FunctionUrls;
}

/** One thing that a function may use. */
export interface Use {
  variables: Record<string, string | undefined>;
  grant: (grantee: IGrantable) => void;
}

type Grant = (grantee: IGrantable) => unknown;

/** Does not compile unless every variable that the schema requires is given. */
function use<V extends Record<string, string | undefined>>(_schema: z.ZodType<unknown, V>, variables: NoInfer<V>, ...grants: Grant[]): Use {
  return {
    variables,
    grant: (grantee) => {
      for (const grant of grants) grant(grantee);
    },
  };
}

const allow =
  (actions: string[], resources: string[]): Grant =>
  (grantee) =>
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));

/** Everything there is to use in a stage, by name. */
export function usesOf(settings: StageSettings, parts: Parts): Record<UseName, Use> {
  const { secrets, bus, topic, mail, urls } = parts;
  const machines = machineNames.map((name) => stateMachineArn(bus, settings.stage, name));
  const executions = machineNames.map((name) => executionArns(bus, settings.stage, name));
  const webhooks = numberWebhooks((name) => urls.of(name));
  const secret = (name: SecretName) => allow(['secretsmanager:GetSecretValue'], [secrets.arns[name]]);
  return {
    supabase: use(
      SupabaseVariables,
      { SUPABASE_URL: settings.supabase.url, SUPABASE_SECRET_ID: secrets.arns.supabase },
      secret('supabase'),
    ),
    publicSupabase: use(PublicSupabaseVariables, {
      SUPABASE_URL: settings.supabase.url,
      SUPABASE_PUBLISHABLE_KEY: settings.supabase.publishableKey,
    }),
    xero: use(
      XeroVariables,
      { XERO_SECRET_ID: secrets.arns.xero, XERO_API_URL: settings.xeroApiUrl, XERO_IDENTITY_URL: settings.xeroIdentityUrl },
      secret('xero'),
    ),
    xeroWebhook: use(XeroWebhookVariables, { XERO_WEBHOOK_SECRET_ID: secrets.arns['xero-webhook'] }, secret('xero-webhook')),
    depositRule: use(DepositRuleVariables, { DEPOSIT_RULE: JSON.stringify(settings.depositRule) }),
    twilio: use(TwilioVariables, { TWILIO_SECRET_ID: secrets.arns.twilio, TWILIO_API_URL: settings.twilioApiUrl }, secret('twilio')),
    number: use(NumberVariables, {
      SMS_WEBHOOK_URL: webhooks.smsUrl,
      SMS_FALLBACK_URL: webhooks.smsFallbackUrl,
      VOICE_WEBHOOK_URL: webhooks.voiceUrl,
      VOICE_STATUS_URL: webhooks.statusCallback,
      TWILIO_BUNDLE_SID: settings.twilio.bundleSid,
      TWILIO_ADDRESS_SID: settings.twilio.addressSid,
      ALLOW_LOCAL_NUMBER: String(settings.twilio.allowLocalNumber),
    }),
    smsStatus: use(SmsStatusVariables, { SMS_STATUS_URL: `${urls.of('record-message-status')}api/sms/status` }),
    testNumber: use(TestNumberVariables, { TEST_NUMBER: settings.twilio.testNumber }),
    mail: use(MailVariables, { BRAND: JSON.stringify(settings.brand), SES_CONFIGURATION_SET: mail.configurationSetName }, (grantee) =>
      mail.grantSend(grantee),
    ),
    portal: use(PortalVariables, { PORTAL_URL: urls.of('portal') }),
    publicUrl: use(PublicUrlVariables, { PUBLIC_URL: publicUrlOf(settings) }),
    eventBus: use(EventBusVariables, { EVENT_BUS_NAME: bus.eventBusName }, (grantee) => bus.grantPutEventsTo(grantee)),
    operator: use(OperatorVariables, { OPERATOR_TOPIC_ARN: topic.topicArn }, (grantee) => topic.grantPublish(grantee)),
    bedrock: use(BedrockVariables, { BEDROCK_MODEL_ID: settings.bedrockModelId }, invokeModel(bus, settings.bedrockModelId)),
    wakeExecutions: use(z.object({}), {}, allow(['states:SendTaskSuccess'], [stateMachineArn(bus, settings.stage)])),
    wakeOffboardings: use(z.object({}), {}, allow(['states:SendTaskSuccess'], [stateMachineArn(bus, settings.stage, 'offboarding')])),
    stopExecutions: use(z.object({}), {}, allow(['states:StopExecution'], [executionArns(bus, settings.stage)])),
    redriveExecutions: use(
      z.object({}),
      {},
      allow(['states:RedriveExecution', 'states:DescribeExecution'], [executionArns(bus, settings.stage)]),
    ),
    readExecutions: use(z.object({}), {}, allow(['states:GetExecutionHistory'], executions)),
    listExecutions: use(
      StateMachineVariables,
      { STATE_MACHINE_ARNS: machines.join(',') },
      allow(['states:ListExecutions'], machines),
      allow(['states:GetExecutionHistory'], executions),
    ),
  };
}

/** The au profiles run a model in Sydney or Melbourne; IAM wants the profile and the model in both. */
function invokeModel(scope: EventBus, profileId: string): Grant {
  const stack = Stack.of(scope);
  const modelId = profileId.replace(/^au\./, '');
  const models = ['ap-southeast-2', 'ap-southeast-4'].map((region) =>
    stack.formatArn({ service: 'bedrock', region, account: '', resource: 'foundation-model', resourceName: modelId }),
  );
  const profile = stack.formatArn({ service: 'bedrock', resource: 'inference-profile', resourceName: profileId });
  return allow(['bedrock:InvokeModel'], [profile, ...models]);
}
