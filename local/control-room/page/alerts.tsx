import type { Scene } from '../scene';
import { Card, When } from './parts';

/** What the operator was told, newest first. */
export function Alerts({ scene: { notices } }: { scene: Scene }) {
  return (
    <Card id="alerts" title="The operator’s alerts" aside={<span class="count">{notices.length}</span>}>
      {notices.length === 0 && <p class="empty">None: nothing needs a person.</p>}
      <div class="scroll" id="alerts-rows">
        {notices.map(({ at, subject, body }) => (
          <details id={`alert-${at}-${subject}`}>
            <summary>
              {subject}{' '}
              <small>
                <When at={at} />
              </small>
            </summary>
            <pre>{body}</pre>
          </details>
        ))}
      </div>
    </Card>
  );
}
