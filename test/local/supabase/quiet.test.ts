import { expectedError, keepingWarnings, muteExpectedErrors } from '../../../local/supabase/quiet';

test('an error that is answered stays off the log, others do not', () => {
  const { error } = console;
  const logged: unknown[] = [];
  console.error = (...values: unknown[]) => void logged.push(values);
  try {
    muteExpectedErrors();
    console.error(expectedError({ code: '23505', parameters: ['+61480000001'] }));
    console.error('Auth error:', new Error('a bug'));
    console.error(expectedError('text'));
  } finally {
    console.error = error;
  }
  expect(logged).toEqual([['Auth error:', new Error('a bug')], ['text']]);
});

test('an import that replaces emitWarning does not keep it', async () => {
  const before: unknown = Reflect.get(process, 'emitWarning');
  const imported = await keepingWarnings(async () => {
    process.emitWarning = () => undefined;
    return 'module';
  });
  expect(imported).toBe('module');
  expect(Reflect.get(process, 'emitWarning')).toBe(before);
});
