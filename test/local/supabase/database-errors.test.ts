import { asPostgrestError } from '../../../local/supabase/database-errors';

const statusOf = (code: string) => {
  const error = asPostgrestError({ code, message: 'm', detail: 'd' });
  return JSON.parse((error as { detail: string }).detail).status;
};

test.each([
  ['23514', 400],
  ['P0001', 400],
  ['0L000', 403],
  ['28000', 403],
  ['53300', 503],
  ['53400', 500],
  ['57P01', 503],
  ['57014', 500],
  ['40001', 500],
  ['XX000', 500],
])('%s is answered with %i', (code, status) => {
  expect(statusOf(code)).toBe(status);
});

test('the answer has PostgREST’s body', () => {
  expect(asPostgrestError({ code: '23514', message: 'm', detail: 'd' })).toMatchObject({
    code: 'PGRST',
    message: JSON.stringify({ code: '23514', message: 'm', details: 'd', hint: null }),
  });
});

test.each(['23505', '42501', '22P02', 'PT409', 'PGRST'])('%s is left to lite, which is right about it', (code) => {
  const error = Object.assign(new Error('m'), { code });
  expect(asPostgrestError(error)).toBe(error);
});
