import { callName } from '../../../local/supabase/calls';

test.each([
  ['GET', '/rest/v1/businesses', 'select businesses'],
  ['HEAD', '/rest/v1/businesses', 'select businesses'],
  ['POST', '/rest/v1/leads', 'insert leads'],
  ['PATCH', '/rest/v1/leads', 'update leads'],
  ['DELETE', '/rest/v1/leads', 'delete leads'],
  ['POST', '/rest/v1/rpc/claim_run', 'rpc/claim_run'],
  ['POST', '/auth/v1/admin/users', 'auth/admin/users'],
  ['POST', '/auth/v1/token', 'auth/token'],
])('%s %s is the call %s', (method, path, call) => {
  expect(callName(method, path)).toBe(call);
});
