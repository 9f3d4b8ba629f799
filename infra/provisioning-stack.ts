/** The whole pipeline of one stage. */
import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { addAlarms } from './alarms';
import { Alerts } from './alerts';
import { addDashboard } from './dashboard';
import { addEvents } from './events';
import { FrontDoor } from './front-door';
import { FunctionUrls } from './function-urls';
import { Functions } from './functions';
import { Mail } from './mail';
import { nameIn } from './names';
import { addOperators } from './operators';
import { Queues } from './queues';
import { addSchedules } from './schedules';
import { Secrets } from './secrets';
import { type StageSettings, unset } from './stages';
import { offboardingStateMachine, provisioningStateMachine } from './state-machine';
import { synthesizer } from './synthesizer';
import { usesOf } from './uses';

export interface ProvisioningProps {
  settings: StageSettings;
  /** Folder of the functions' bundles, relative to the repository's root. */
  bundles: string;
}

/** Region ap-southeast-2; the account is whoever deploys. */
export class ProvisioningStack extends Stack {
  /** What somebody must paste somewhere: the vendors' consoles, the website. */
  readonly outputs: CfnOutput[];
  readonly #settings: StageSettings;

  constructor(scope: Construct, { settings, bundles }: ProvisioningProps) {
    const { stage } = settings;
    super(scope, nameIn(stage, 'provisioning'), {
      env: { region: 'ap-southeast-2' },
      description: 'From deposit paid to client live',
      terminationProtection: stage === 'prod',
      synthesizer: synthesizer(),
    });
    this.#settings = settings;
    const secrets = new Secrets(this, stage);
    const bus = new EventBus(this, 'Bus', { eventBusName: `coresentia-${stage}` });
    const { topic } = new Alerts(this, settings);
    const mail = new Mail(this, settings);
    const functions = new Functions(this, { stage, bundles, reservedConcurrency: settings.reservedConcurrency });
    const urls = new FunctionUrls(functions, settings);
    functions.give(usesOf(settings, { secrets, bus, topic, mail, urls }));
    const queues = new Queues(this, { stage, functions });
    const stateMachine = provisioningStateMachine(this, { stage, functions });
    const offboarding = offboardingStateMachine(this, { stage, functions });
    addEvents(this, { stage, bus, queues, functions, stateMachine, offboarding, configurationSetName: mail.configurationSetName });
    addSchedules(this, { stage, functions, queues });
    addAlarms(this, { stage, topic, queues, functions, stateMachine, offboarding });
    addDashboard(this, { stage, functions, stateMachine, queues });
    addOperators(this, { stage, queues, secrets, busArn: bus.eventBusArn });
    const { customDomain } = settings;
    const frontDoor = customDomain && new FrontDoor(this, { customDomain, urls });
    this.outputs = this.#print({
      XeroWebhookUrl: `${urls.of('xero-webhook')}api/xero/webhook`,
      SmsWebhookUrl: `${urls.of('sms-webhook')}api/sms/webhook`,
      SmsFallbackUrl: `${urls.of('sms-fallback')}api/sms/fallback`,
      VoiceWebhookUrl: `${urls.of('voice-webhook')}api/voice/webhook`,
      OnboardingUrl: `${urls.of('portal')}onboarding`,
      StateMachineArn: stateMachine.stateMachineArn,
      EventBusName: bus.eventBusName,
      OperatorTopicArn: topic.topicArn,
      OperatorPolicyName: nameIn(stage, 'operator'),
      ...(frontDoor && { FrontDoorDomainName: frontDoor.domainName }),
    });
  }

  #print(outputs: Record<string, string>): CfnOutput[] {
    return Object.entries(outputs).map(([id, value]) => new CfnOutput(this, id, { value }));
  }

  /** Dev may be looked at half filled in; staging and prod are refused by `cdk synth` and `cdk deploy`. */
  checkSettings(): void {
    const settings = this.#settings;
    const missing = unset(settings);
    if (missing.length === 0) return;
    const message = `infra/stages.ts: ${settings.stage} still needs ${missing.join(', ')}`;
    if (settings.stage === 'dev') Annotations.of(this).addWarningV2('coresentia:settings', message);
    else Annotations.of(this).addError(message);
  }
}
