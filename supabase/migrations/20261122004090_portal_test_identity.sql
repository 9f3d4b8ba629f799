-- Step 7 looks at the dashboard as a member would, through a user that exists for a minute and leaves nothing behind.

-- Makes the user a member of the run's business. Answers the user that an attempt before left (its function died), to be deleted; null: none.
create function public.begin_test_identity(p_run_id uuid, p_user_id uuid, p_now timestamptz) returns uuid
language plpgsql set search_path = '' as $$
declare
  this_business constant uuid := private.business_of(p_run_id);
  left_over uuid;
begin
  perform private.lock_run(p_run_id);
  left_over := public.end_test_identity(p_run_id);
  insert into public.test_identities (run_id, user_id, created_at) values (p_run_id, p_user_id, p_now);
  insert into public.business_members (business_id, user_id, role, created_at) values (this_business, p_user_id, 'staff', p_now);
  return nullif(left_over, p_user_id);
end $$;

-- Takes membership, progress, views and trail away. Answers the user for Supabase Auth to delete; null: there is none.
create function public.end_test_identity(p_run_id uuid) returns uuid
language plpgsql set search_path = '' as $$
declare tester uuid;
begin
  delete from public.test_identities t where t.run_id = p_run_id returning t.user_id into tester;
  if tester is null then return null; end if;
  delete from public.business_members m where m.user_id = tester and m.business_id = private.business_of(p_run_id);
  delete from public.audit_log a where a.actor_user_id = tester;
  delete from public.feedback f where f.user_id = tester;
  return tester;
end $$;
call private.service_only('public.begin_test_identity');
call private.service_only('public.end_test_identity');
