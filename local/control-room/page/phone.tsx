import type { HandsetText } from '../phones';
import { hrefOf } from '../query';
import type { Scene } from '../scene';
import { phoneText } from './mailbox';
import { Card, type FailedForm, Field, Form, Select, When } from './parts';

/** A lead's handset: what it sent and got, and a line to write. */
export function Phone({ scene, failed }: { scene: Scene; failed: FailedForm | undefined }) {
  const { query, phone } = scene;
  const field = { form: 'text', failed };
  const others = phone.handsets.filter((number) => number !== phone.number);
  return (
    <Card id="phone" title="Be a lead with a phone" aside={<span class="count">{phoneText(phone.number)}</span>}>
      {others.length > 0 && (
        <details class="others">
          <summary>Other handsets ({others.length})</summary>
          <ul class="plain handsets scroll" id="handsets">
            {others.map((number) => (
              <li>
                <a href={hrefOf(query, { phone: number })}>{phoneText(number)}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
      <ol class="plain chat scroll" id="chat" data-tail aria-label={`Messages of ${phone.number}`}>
        {phone.texts.map((text) => (
          <Bubble text={text} />
        ))}
        {phone.texts.length === 0 && <li class="empty">Nothing sent, nothing got.</li>}
      </ol>
      {phone.numbers.length === 0 ? (
        <p class="empty">No number has been bought yet: there is nobody to text.</p>
      ) : (
        <Form name="text" query={query} resets>
          <div class="pair">
            <Field {...field} name="from" label="From" type="tel" value={phone.number} />
            <Select
              {...field}
              name="to"
              label="To"
              chosen={phone.to}
              options={phone.numbers.map(({ e164, label }) => ({ value: e164, label: `${phoneText(e164)} · ${label}` }))}
            />
          </div>
          <Field {...field} name="body" label="Text" placeholder="Hi, my hot water is out. Can someone come today?" />
          <button type="submit" class="primary">
            Send SMS
          </button>
        </Form>
      )}
      <Form name="handset" query={query} class="bar foot">
        <input type="hidden" name="from" value={phone.number} />
        <span>This handset:</span>
        <button type="submit" class="quiet" name="reachable" value="false">
          Switch off
        </button>
        <button type="submit" class="quiet" name="reachable" value="true">
          Switch on
        </button>
      </Form>
    </Card>
  );
}

function Bubble({ text }: { text: HandsetText }) {
  const isSent = text.direction === 'sent';
  return (
    <li class={isSent ? 'bubble sent' : 'bubble got'}>
      <p>{text.body}</p>
      <small>
        {isSent ? 'to' : 'from'} {phoneText(text.with)} · <When at={text.at} />
        {['failed', 'undelivered'].includes(text.status) && <b class="bad"> · {text.status}</b>}
      </small>
    </li>
  );
}
