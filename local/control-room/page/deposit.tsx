import type { Scene } from '../scene';
import { Card, type FailedForm, Field, Form } from './parts';

/** Pays a deposit; the suggestion is a made-up client who has not paid yet. */
export function Deposit({ scene: { sample, query }, failed }: { scene: Scene; failed: FailedForm | undefined }) {
  const field = { form: 'deposit', failed };
  const isUnusual = failed?.name === 'deposit' && ['paid', 'reference', 'itemCode'].some((name) => failed.typed[name]);
  return (
    <Card id="deposit" title="Pay a deposit in Xero">
      <Form name="deposit" query={query} resets>
        <Field {...field} name="contactName" label="Contact" value={sample.contactName} />
        <Field {...field} name="email" label="E-mail" type="email" value={sample.email} />
        <div class="pair">
          <Field {...field} name="phone" label="Phone" type="tel" value={sample.phone} />
          <Field {...field} name="amount" label="Amount, A$" inputmode="decimal" value="495.00" />
        </div>
        <details open={isUnusual}>
          <summary>Not quite a deposit…</summary>
          <div class="pair">
            <Field {...field} name="paid" label="Paid of it, A$" inputmode="decimal" placeholder="all" />
            <Field {...field} name="itemCode" label="Item code" placeholder="DEPOSIT" />
          </div>
          <Field {...field} name="reference" label="Reference" placeholder="DEP-…" />
        </details>
        <button type="submit" class="primary wide">
          Pay the deposit
        </button>
      </Form>
    </Card>
  );
}
