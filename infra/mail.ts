/** SES: who may send as whom, and how its events come back. The sending domain is verified once per account, outside this stack. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { StageSettings } from './stages';

/** The stage's configuration set, whose events go to the default bus (SES knows no other). */
export class Mail extends Construct {
  readonly configurationSetName: string;
  readonly #settings: StageSettings;

  constructor(scope: Construct, settings: StageSettings) {
    super(scope, 'Mail');
    this.#settings = settings;
    this.configurationSetName = `coresentia-${settings.stage}`;
    const set = new ConfigurationSet(this, 'ConfigurationSet', { configurationSetName: this.configurationSetName });
    set.addEventDestination('Events', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
  }

  /** Only as the brand's address. SES asks for the address's own identity if there is one, else for its domain's. */
  grantSend(grantee: IGrantable): void {
    const { fromEmail } = this.#settings.brand;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: [
          this.#arn('identity', fromEmail),
          this.#arn('identity', fromEmail.replace(/^.*@/, '')),
          this.#arn('configuration-set', this.configurationSetName),
        ],
        conditions: { StringEquals: { 'ses:FromAddress': fromEmail } },
      }),
    );
  }

  #arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  }
}
