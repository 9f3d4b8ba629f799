-- Port Logins: who signs in, who owns the business, and our own single-use links.

-- Decided once: what Auth holds afterwards may be our own doing.
create function public.plan_login(p_run_id uuid, p_email text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  run public.provisioning_runs := private.lock_run(p_run_id);
  person record;
begin
  if run.login_planned_at is null then
    select * into person from private.find_user(p_email);
    -- Somebody who never signed in knows no password: for the welcome mail that is a new person.
    update public.provisioning_runs
       set login_planned_at = p_now, login_user_id = person.user_id, login_existed_before = coalesce(person.has_signed_in, false)
     where id = p_run_id
    returning * into run;
  end if;
  return jsonb_build_object('userId', run.login_user_id, 'existedBefore', run.login_existed_before);
end $$;
call private.service_only('public.plan_login');

create function public.record_login(p_run_id uuid, p_user_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  run public.provisioning_runs := private.lock_run(p_run_id);
  this_business constant uuid := private.business_of(p_run_id);
begin
  if run.login_planned_at is null then perform private.fail('LoginConflict', 'the login was not planned'); end if;
  if exists (select from public.business_members m
              where m.business_id = this_business and m.role = 'owner' and m.user_id <> p_user_id) then
    perform private.fail('LoginConflict', 'the business already has another owner');
  end if;
  insert into public.business_members (business_id, user_id, role, created_at)
  values (this_business, p_user_id, 'owner', p_now)
  on conflict (business_id, user_id) do update set role = 'owner';
  update public.provisioning_runs set login_user_id = p_user_id, login_recorded_at = coalesce(login_recorded_at, p_now) where id = p_run_id;
end $$;
call private.service_only('public.record_login');

create function public.create_sign_in_link(p_user_id uuid, p_token_hash text, p_expires_at timestamptz, p_now timestamptz) returns void
language sql set search_path = '' as $$
  insert into public.sign_in_links (token_hash, user_id, expires_at, created_at)
  values (p_token_hash, p_user_id, p_expires_at, p_now)
  on conflict (token_hash) do nothing;
$$;
call private.service_only('public.create_sign_in_link');

create function private.sign_in_link_state(p_link public.sign_in_links, p_now timestamptz) returns text
language sql immutable set search_path = '' as $$
  select case when p_link.token_hash is null then 'unknown' when p_link.used_at is not null then 'used'
              when p_link.expires_at <= p_now then 'expired' else 'open' end
$$;
revoke execute on function private.sign_in_link_state(public.sign_in_links, timestamptz) from public;
grant execute on function private.sign_in_link_state(public.sign_in_links, timestamptz) to service_role;

create function public.find_sign_in_link(p_token_hash text, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare link public.sign_in_links;
begin
  select * into link from public.sign_in_links where token_hash = p_token_hash;
  return jsonb_build_object('state', private.sign_in_link_state(link, p_now), 'userId', link.user_id,
    'email', private.email_of(link.user_id));
end $$;
call private.service_only('public.find_sign_in_link');

create function public.claim_sign_in_link(p_token_hash text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  link public.sign_in_links;
  state text;
begin
  -- The row's lock lines the claims up: the second one sees `used`.
  select * into link from public.sign_in_links where token_hash = p_token_hash for update;
  state := private.sign_in_link_state(link, p_now);
  if state = 'open' then
    update public.sign_in_links set used_at = p_now where token_hash = p_token_hash;
    state := 'claimed';
  end if;
  return jsonb_build_object('outcome', state, 'userId', link.user_id, 'email', private.email_of(link.user_id));
end $$;
call private.service_only('public.claim_sign_in_link');
