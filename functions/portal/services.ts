/** What the portal needs from the outside. */
import type { Context } from 'hono';
import type { Brand } from '../../shared/config';
import type { Services } from '../../shared/ports';
import type { Member } from './member/member';
import type { Session } from './session';

export interface PortalServices
  extends Pick<
    Services,
    | 'onboardings'
    | 'executions'
    | 'eventPublisher'
    | 'logins'
    | 'identity'
    | 'mailer'
    | 'mailLog'
    | 'telephony'
    | 'manualReplies'
    | 'invitations'
    | 'emailChanges'
    | 'rateLimits'
    | 'calendarFeeds'
    | 'noticeLog'
    | 'notices'
  > {
  brand: Brand;
  /** Resolves after so many milliseconds; at once if there are none. */
  wait(ms: number): Promise<void>;
  /** Who this request comes from, by its cookies. */
  session(context: Context<PortalEnv>): Session;
}

/** What the routes find in their context. */
export interface PortalEnv {
  Variables: {
    services: PortalServices;
    baseUrl: string;
    /** Behind `signedIn` only. */
    userId: string;
    session: Session;
    member: Member;
    /** Behind `ofBusiness` only. */
    businessId: string;
  };
}
