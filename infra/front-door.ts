/** One CloudFront distribution on the SOP's own domain: the pipeline's paths go to the functions, every other path to the existing website. */
import { Fn } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import type { FunctionUrls, PublicFunction } from './function-urls';
import type { CustomDomain } from './stages';

/** Path patterns and who answers them: those of the SOP, and what the pages behind them need. */
export const ownPaths: readonly (readonly [pattern: string, name: PublicFunction])[] = [
  ['/api/xero/webhook', 'xero-webhook'],
  ['/api/sms/webhook', 'sms-webhook'],
  ['/api/sms/fallback', 'sms-fallback'],
  ['/api/sms/status', 'record-message-status'],
  ['/api/voice/*', 'voice-webhook'],
  ['/onboarding', 'portal'],
  ['/onboarding/*', 'portal'],
  ['/dashboard', 'portal'],
  ['/dashboard/*', 'portal'],
  ['/welcome/*', 'portal'],
  ['/account', 'portal'],
  ['/account/*', 'portal'],
  ['/operator', 'portal'],
  ['/operator/*', 'portal'],
  ['/invitation/*', 'portal'],
  ['/email-change/*', 'portal'],
  ['/calendar/*', 'portal'],
  ['/sign-in', 'portal'],
  ['/sign-in/*', 'portal'],
  ['/sign-out', 'portal'],
  ['/set-password', 'portal'],
  ['/assets/portal.css', 'portal'],
  ['/assets/icon.svg', 'portal'],
];

/** What neither caches nor changes: all methods, cookies, headers and query strings pass through. */
const untouched: Omit<BehaviorOptions, 'origin'> = {
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  compress: true,
};

export class FrontDoor extends Construct {
  /** Where the domain's CNAME or ALIAS goes. */
  readonly domainName: string;

  constructor(scope: Construct, { customDomain, urls }: { customDomain: CustomDomain; urls: FunctionUrls }) {
    super(scope, 'FrontDoor');
    acknowledge(this, 'CFR1', 'clients and their staff travel');
    acknowledge(
      this,
      'CFR2',
      'a web application firewall costs more than everything else; webhooks check signatures, the portal its own tokens',
    );
    acknowledge(this, 'CFR3', 'the functions log every request that they get; the website has logs of its own');
    const { domainName, certificateArn, websiteOrigin } = customDomain;
    // A function URL answers only to its own host name.
    const toFunctions = { ...untouched, originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER };
    const origins = new Map(urls.names.map((name) => [name, new HttpOrigin(hostOf(urls.raw(name)), secure)]));
    const behaviours = ownPaths.flatMap(([pattern, name]) => {
      const origin = origins.get(name);
      return origin ? [[pattern, { ...toFunctions, origin }] as const] : [];
    });
    const distribution = new Distribution(this, 'Distribution', {
      domainNames: [domainName],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      comment: `${domainName}: the pipeline's paths, and the website`,
      // The website chooses its page by the host name under which its own host knows it.
      defaultBehavior: { ...toFunctions, origin: new HttpOrigin(websiteOrigin, secure) },
      additionalBehaviors: Object.fromEntries(behaviours),
    });
    this.domainName = distribution.distributionDomainName;
  }
}

const secure = { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY };

/** The host of `https://<id>.lambda-url.<region>.on.aws/`, known only at deployment. */
function hostOf(functionUrl: string): string {
  return Fn.select(2, Fn.split('/', functionUrl));
}
