/** One form of the settings. */
import type { Child } from 'hono/jsx';
import { pathOf } from '../../paths';
import type { Problems, Typed } from '../../form-fields';
import type { SettingsData } from '../../member/settings';
import { BusinessLayout } from '../business-layout';
import { Alert } from '../layout';

/** What was typed and what is wrong with it; nothing of both: what is stored is shown. */
export interface FormProps {
  settings: SettingsData;
  typed?: Typed;
  problems?: Problems;
}

export function FormPage(props: FormProps & { path: string; title: string; children: Child }) {
  const { settings, problems = {}, path, title, children } = props;
  const { id } = settings.frame.business;
  const wrong = Object.values(problems);
  return (
    <BusinessLayout frame={settings.frame} at="/settings" title={title} wrong={wrong.length > 0}>
      {wrong.length > 0 && (
        <Alert>
          <p>Nothing is saved yet. {wrong.join(' ')}</p>
        </Alert>
      )}
      <form method="post" action={pathOf(id, `/settings/${path}`)} novalidate>
        {children}
        <button type="submit">Save</button>
      </form>
      <p>
        <a href={pathOf(id, '/settings')}>Back to settings</a>
      </p>
    </BusinessLayout>
  );
}
