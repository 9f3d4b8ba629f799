import { quoteFilterValues, quoteParameter } from '../../../local/supabase/filters';

const filterAfter = (path: string, method = 'GET') =>
  new URL(quoteFilterValues(new Request(`http://x${path}`, { method })).url).searchParams.get('a');

test.each([
  ['phone', 'eq.+15551234567', 'eq."+15551234567"'],
  ['phone', 'not.eq.1.50', 'not.eq."1.50"'],
  ['name', 'eq.say "hi"', 'eq."say "hi""'],
  ['id', 'in.(1,"a,b",c d)', 'in.("1","a,b","c d")'],
  ['id', 'not.in.(1)', 'not.in.("1")'],
  ['id', 'in.()', 'in.()'],
  ['tags', 'cs.{+1,b}', 'cs.{"+1","b"}'],
  ['payload', 'cs.{"a":[1]}', 'cs.{"a":[1]}'],
  ['name', 'is.null', 'is.null'],
  ['name', 'ilike.*an*', 'ilike.*an*'],
  [
    'or',
    '(phone.eq.+1,and(a.gt.2,b.in.(3,4)),not.or(c.is.null,d.lt.5))',
    '(phone.eq."+1",and(a.gt."2",b.in.("3","4")),not.or(c.is.null,d.lt."5"))',
  ],
  ['leads.or', '(name.eq.1)', '(name.eq."1")'],
  ['select', 'eq.1', 'eq.1'],
  ['leads.limit', '1', '1'],
  ['order', 'name.desc', 'name.desc'],
])('%s=%s becomes %s', (name, value, quoted) => {
  expect(quoteParameter(name, value)).toBe(quoted);
});

test('only filters of the REST API are quoted, not the arguments of an rpc by GET', () => {
  expect(filterAfter('/rest/v1/leads?a=eq.1')).toBe('eq."1"');
  expect(filterAfter('/rest/v1/rpc/f?a=eq.1')).toBe('eq.1');
  expect(filterAfter('/rest/v1/rpc/f?a=eq.1', 'POST')).toBe('eq."1"');
  expect(filterAfter('/auth/v1/verify?a=eq.1')).toBe('eq.1');
});
