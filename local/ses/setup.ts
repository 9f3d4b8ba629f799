import type { AwsRoutes } from '../aws/routes';
import type { ConfigurationSetModel } from '../template/model';

/** Adds what SES v2 tells of identities and configuration sets (docs.aws.amazon.com/ses/latest/APIReference-V2). Everything that may send here is verified. */
export function addSetup(routes: AwsRoutes, setup: { configurationSets: ConfigurationSetModel[]; identities: string[] }): void {
  const notFound = { message: 'does not exist' };
  const header = { 'x-amzn-errortype': 'NotFoundException' };
  routes.get('/v2/email/identities/:identity', (context) => {
    const wanted = context.req.param('identity').toLowerCase();
    const known = setup.identities.some((identity) => identity.toLowerCase() === wanted || identity.toLowerCase().endsWith(`@${wanted}`));
    if (!known) return context.json(notFound, 404, header);
    return context.json({ IdentityType: 'DOMAIN', VerifiedForSendingStatus: true, DkimAttributes: { Status: 'SUCCESS', Tokens: [] } });
  });
  routes.get('/v2/email/configuration-sets/:name/event-destinations', (context) => {
    const found = setup.configurationSets.find(({ name }) => name === context.req.param('name'));
    if (!found) return context.json(notFound, 404, header);
    const destination = { Name: 'Events', Enabled: true, EventBridgeDestination: {}, MatchingEventTypes: found.eventTypes };
    return context.json({ EventDestinations: [destination] });
  });
}
