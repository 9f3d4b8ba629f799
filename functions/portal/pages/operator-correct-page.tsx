import type { RunReport } from '../../../shared/run-report';
import type { Problems, Typed } from '../form-fields';
import { FormFields, Summary } from './onboarding-form';
import { OperatorLayout } from './operator-layout';

/** An odd submission, mended by the operator: the same fields that the client has. */
export function CorrectFormPage({ report, typed, problems = {} }: { report: RunReport; typed: Typed; problems?: Problems }) {
  const path = `/operator/runs/${report.runId}`;
  return (
    <OperatorLayout title={`Correct the submission of ${report.businessName ?? report.clientName}`} at="none">
      {Object.keys(problems).length > 0 && <Summary problems={problems} />}
      <form method="post" action={`${path}/correct`} novalidate>
        <FormFields typed={typed} problems={problems} />
        <button type="submit">Save the correction</button>
      </form>
      <p>
        <a href={path}>Back to the run</a>
      </p>
    </OperatorLayout>
  );
}
