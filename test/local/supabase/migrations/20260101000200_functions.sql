create function public.claim_step(p_attempts int default 3) returns setof public.steps
language plpgsql security definer set search_path = '' as $$
declare
  claimed public.steps;
begin
  select * into claimed from public.steps where status = 'queued' and attempts < p_attempts limit 1 for update skip locked;
  if not found then
    return;
  end if;
  return query update public.steps set status = 'running', attempts = steps.attempts + 1
    where run_id = claimed.run_id and step = claimed.step returning *;
end $$;
revoke execute on function public.claim_step(int) from public, anon, authenticated;

create function public.claim_run(p_id uuid, p_patch jsonb, p_from public.run_status default 'paid') returns jsonb
language plpgsql as $$
declare
  claimed public.runs;
begin
  update public.runs set status = 'live', payload = payload || p_patch where id = p_id and status = p_from returning * into claimed;
  if not found then
    return jsonb_build_object('claimed', false);
  end if;
  return jsonb_build_object('claimed', true, 'run', to_jsonb(claimed));
end $$;

create function public.add_leads(p_business uuid, p_rows jsonb) returns table (id uuid, name text) language sql as $$
  insert into public.leads (business_id, name, phone)
  select p_business, x.name, x.phone from jsonb_to_recordset(p_rows) as x(name text, phone text)
  returning leads.id, leads.name
$$;

create function public.find_user_by_email(p_email text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('id', id, 'lastSignInAt', last_sign_in_at) from auth.users where email = lower(p_email)
$$;
revoke execute on function public.find_user_by_email(text) from public, anon, authenticated;

create function public.whoami() returns jsonb language sql stable as $$
  select jsonb_build_object('uid', auth.uid(), 'role', auth.role(), 'email', auth.email(), 'jwt', auth.jwt(), 'user', current_user)
$$;

create function public.fail_with(p_code text) returns void language plpgsql as $$
begin
  raise exception 'failed with %', p_code using errcode = p_code, detail = 'some detail', hint = 'some hint';
end $$;

create function public.insert_and_fail(p_email text, p_code text) returns void language plpgsql as $$
begin
  insert into public.runs (email, status) values (p_email, 'paid');
  perform public.fail_with(p_code);
end $$;

create function public.add_up(a int, b int) returns int language sql immutable as 'select a + b';
create function public.which_one(a int) returns text language sql as $$ select 'first' $$;
create function public.which_one(a int, b text) returns text language sql as $$ select 'second' $$;
create function public.do_nothing() returns void language sql as 'select 1';
create function public.time_now() returns timestamptz language sql volatile as 'select now()';
create function public.sleep(seconds float) returns uuid language plpgsql as $$
begin
  perform pg_sleep(seconds);
  return auth.uid();
end $$;
