import type { Scene } from '../scene';
import { Card, Form } from './parts';

/** Paid invoices that are almost deposits, or whose contact is known already: the operator decides. */
export function Desk({ scene: { undecided, query } }: { scene: Scene }) {
  if (undecided.length === 0) return <section id="desk" data-live hidden />;
  return (
    <Card id="desk" title="Invoices to decide about">
      <ul class="plain scroll" id="desk-rows">
        {undecided.map(({ invoiceNumber, contactName, reasons }) => (
          <li>
            <strong>{invoiceNumber}</strong> {contactName}
            <ul class="reasons">
              {reasons.map((reason) => (
                <li>{reason}</li>
              ))}
            </ul>
            <Form name="screen" about={invoiceNumber} query={query} class="bar">
              <button type="submit" name="decision" value="start" aria-label={`Start ${invoiceNumber}`}>
                Start
              </button>
              <button type="submit" name="decision" value="dismiss" class="quiet" aria-label={`Dismiss ${invoiceNumber}`}>
                Dismiss
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </Card>
  );
}
