import { Fault, FaultMode } from '../../kernel/faults';
import type { Scene } from '../scene';
import { Card, type FailedForm, Field, Form, Select } from './parts';

const modes: Record<FaultMode, string> = {
  refuse: 'refuses the connection',
  'lose-response': 'does it, and the answer is lost',
  slow: 'is too slow',
  late: 'is too slow, and does it after all',
  stale: 'answers as it did before',
  'rate-limit': 'says: too many requests',
  'server-error': 'has an error of its own',
  malformed: 'answers nonsense',
  reject: 'refuses the request',
};

/** Makes the next calls of a vendor fail, and shows what is broken. */
export function Breaker({ scene: { faults, knownCalls, query }, failed }: { scene: Scene; failed: FailedForm | undefined }) {
  const field = { form: 'fault', failed };
  const vendors = Fault.shape.vendor.options;
  return (
    <Card id="breaker" title="Break a vendor" aside={faults.length > 0 && <span class="chip stuck">{faults.length} broken</span>}>
      <Form name="fault" query={query}>
        <Select {...field} name="vendor" label="Vendor" options={vendors.map((value) => ({ value, label: value }))} chosen="twilio" />
        <Field {...field} name="call" label="Call" value="*" list="known-calls" />
        <Calls knownCalls={knownCalls} />
        <Select
          {...field}
          name="mode"
          label="What it does"
          options={FaultMode.options.map((value) => ({ value, label: `${value}: ${modes[value]}` }))}
          chosen="server-error"
        />
        <div class="pair">
          <Field {...field} name="times" label="How often" inputmode="numeric" value="1" />
          <Field {...field} name="code" label="Code, if it refuses" placeholder="its usual" />
        </div>
        <button type="submit" class="danger">
          Break it
        </button>
      </Form>
      {faults.length > 0 && (
        <>
          <ul class="plain faults">
            {faults.map(({ vendor, call, mode, times }) => (
              <li>
                <strong>{vendor}</strong> {call === '*' ? 'any call' : call}: {mode}, {times} more
              </li>
            ))}
          </ul>
          <Form name="mend" query={query}>
            <button type="submit">Mend everything</button>
          </Form>
        </>
      )}
      <Form name="money" query={query} class="bar foot">
        <div class="pair">
          <Field {...field} name="balanceUsd" label="US$ left at Twilio" inputmode="decimal" value="10" />
          <Field {...field} name="mobileUsd" label="US$ for a mobile" inputmode="decimal" value="8.25" />
        </div>
        <button type="submit" class="quiet">
          Set
        </button>
      </Form>
      <Form name="twilio" query={query} class="bar foot">
        <span>Twilio account:</span>
        <button type="submit" class="quiet" name="suspended" value="true">
          Suspend
        </button>
        <button type="submit" class="quiet" name="suspended" value="false">
          Restore
        </button>
      </Form>
    </Card>
  );
}

/** Suggestions for every vendor; each says whose call it is. */
function Calls({ knownCalls }: Pick<Scene, 'knownCalls'>) {
  return (
    <datalist id="known-calls">
      {Object.entries(knownCalls).flatMap(([vendor, calls]) =>
        calls.map((call) => <option value={call} data-vendor={vendor} label={vendor} />),
      )}
    </datalist>
  );
}
