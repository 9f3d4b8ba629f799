import type { Places } from '../../../infra/operator/stage-environment';
import { stages } from '../../../infra/stages';

/** A stage whose vendors nobody answers for, but for what is changed. */
export function somePlaces(changes: Partial<Places> = {}): Places {
  const nowhere = 'http://127.0.0.1:9';
  return {
    settings: stages.local,
    supabaseUrl: nowhere,
    publishableKey: 'sb_publishable_x',
    xeroApiUrl: nowhere,
    xeroIdentityUrl: nowhere,
    twilioApiUrl: nowhere,
    laptop: undefined,
    ...changes,
  };
}
