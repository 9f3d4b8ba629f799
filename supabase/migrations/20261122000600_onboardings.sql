-- Port Onboardings: the form, its links, and the wait for it. `open_wait` and `store` lock the run's row: whoever comes second wakes the execution.

create function public.create_invite(p_run_id uuid, p_token_hash text, p_expires_at timestamptz, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_run(p_run_id);
  insert into public.invites (token_hash, run_id, expires_at, created_at)
  values (p_token_hash, p_run_id, p_expires_at, p_now)
  on conflict (token_hash) do nothing;
end $$;
call private.service_only('public.create_invite');

-- The state of a link: closed beats expired, because a fresh link would lead nowhere either.
create function private.invite_state(p_invite public.invites, p_run public.provisioning_runs, p_now timestamptz) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_invite.token_hash is null then 'unknown'
    when p_run.form_closed_at is not null or p_run.status <> 'running' then 'closed'
    when p_invite.expires_at <= p_now then 'expired'
    else 'open' end
$$;

-- A form that was sent without an invite, by somebody with the contact's e-mail address, in the last 90 days.
create function private.offered_form(p_email text, p_now timestamptz) returns public.client_onboarding
language sql stable set search_path = '' as $$
  select o.* from public.client_onboarding o
   where o.form is not null and lower(o.email) = lower(p_email) and o.submitted_at > p_now - interval '90 days'
     and not exists (select from public.provisioning_runs r where r.business_id = o.business_id)
   order by o.submitted_at desc
   limit 1
$$;
revoke execute on function private.invite_state(public.invites, public.provisioning_runs, timestamptz), private.offered_form(text, timestamptz)
  from public;
grant execute on function private.invite_state(public.invites, public.provisioning_runs, timestamptz), private.offered_form(text, timestamptz)
  to service_role;

create function public.find_invite(p_token_hash text, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  invite public.invites;
  run public.provisioning_runs;
  client public.clients;
  answers jsonb;
  offered public.client_onboarding;
  state text;
begin
  select * into invite from public.invites where token_hash = p_token_hash;
  select * into run from public.provisioning_runs where id = invite.run_id;
  select * into client from public.clients where id = run.client_id;
  state := private.invite_state(invite, run, p_now);
  -- An old link shows nothing of what was typed.
  if state = 'open' then
    select o.form into answers from public.client_onboarding o where o.business_id = run.business_id and o.form is not null;
    if run.business_id is null then offered := private.offered_form(client.email, p_now); end if;
  end if;
  return jsonb_build_object(
    'state', state, 'runId', run.id, 'form', answers,
    'contactName', case when state = 'open' then client.name end,
    'offer', case when offered.business_id is not null then
      jsonb_build_object('onboardingId', offered.business_id, 'submittedAt', offered.submitted_at) end);
end $$;
call private.service_only('public.find_invite');

create function private.store_form(p_business_id uuid, p_form jsonb, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.client_onboarding
     set business_name = p_form ->> 'businessName', contact_name = concat_ws(' ', p_form ->> 'firstName', p_form ->> 'lastName'),
         email = p_form ->> 'email', phone = p_form ->> 'mobile', form = p_form, updated_at = p_now
   where business_id = p_business_id and form is not null;
  if found then return; end if;
  insert into public.client_onboarding (business_id, business_name, contact_name, email, phone, form, created_at, submitted_at, updated_at)
  values (p_business_id, p_form ->> 'businessName', concat_ws(' ', p_form ->> 'firstName', p_form ->> 'lastName'),
    p_form ->> 'email', p_form ->> 'mobile', p_form, p_now, p_now, p_now);
end $$;

-- The form is there: the checklist's row is done, and the time since the wait began was the client's.
create function private.join_form(p_run public.provisioning_runs, p_business_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  if p_run.business_id is not null then return; end if;
  update public.provisioning_runs set business_id = p_business_id, form_at = p_now where id = p_run.id;
  update public.provisioning_steps
     set status = 'done', client_ms = client_ms + private.ms(finished_at, p_now), finished_at = p_now
   where run_id = p_run.id and step = 'AwaitOnboarding' and status = 'waiting';
end $$;
revoke execute on function private.store_form(uuid, jsonb, timestamptz), private.join_form(public.provisioning_runs, uuid, timestamptz)
  from public;
grant execute on function private.store_form(uuid, jsonb, timestamptz), private.join_form(public.provisioning_runs, uuid, timestamptz)
  to service_role;

create function private.submitted(p_outcome text, p_run public.provisioning_runs, p_business_id uuid) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'outcome', p_outcome, 'businessId', p_business_id, 'runId', p_run.id,
    'taskToken', case when p_outcome = 'stored' and p_run.wait_closed_at is null then p_run.wait_token end)
$$;
revoke execute on function private.submitted(text, public.provisioning_runs, uuid) from public;
grant execute on function private.submitted(text, public.provisioning_runs, uuid) to service_role;

create function public.submit_form(p_token_hash text, p_form jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  invite public.invites;
  run public.provisioning_runs;
  state text;
  this_business uuid;
begin
  select * into invite from public.invites where token_hash = p_token_hash;
  select * into run from public.provisioning_runs where id = invite.run_id for update;
  state := private.invite_state(invite, run, p_now);
  if state <> 'open' then return private.submitted(state, run, run.business_id); end if;
  this_business := coalesce(run.business_id, gen_random_uuid());
  perform private.store_form(this_business, p_form, p_now);
  perform private.join_form(run, this_business, p_now);
  return private.submitted('stored', run, this_business);
end $$;
call private.service_only('public.submit_form');

create function public.submit_unattached_form(p_form jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare this_business constant uuid := gen_random_uuid();
begin
  perform private.store_form(this_business, p_form, p_now);
  return jsonb_build_object('businessId', this_business);
end $$;
call private.service_only('public.submit_unattached_form');

create function public.attach_form(p_token_hash text, p_onboarding_id text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  invite public.invites;
  run public.provisioning_runs;
  state text;
  offered public.client_onboarding;
begin
  select * into invite from public.invites where token_hash = p_token_hash;
  select * into run from public.provisioning_runs where id = invite.run_id for update;
  state := private.invite_state(invite, run, p_now);
  if state <> 'open' then return private.submitted(state, run, run.business_id); end if;
  if run.business_id::text = lower(p_onboarding_id) then return private.submitted('stored', run, run.business_id); end if;
  -- The row's lock lines up two runs that want the same form.
  select o.* into offered
    from public.client_onboarding o join public.clients c on c.id = run.client_id
   where o.business_id::text = lower(p_onboarding_id) and o.form is not null and lower(o.email) = lower(c.email)
     and o.submitted_at > p_now - interval '90 days'
     for update of o;
  if offered.business_id is null or run.business_id is not null
     or exists (select from public.provisioning_runs r where r.business_id = offered.business_id) then
    return private.submitted('unknown', run, run.business_id);
  end if;
  perform private.join_form(run, offered.business_id, p_now);
  return private.submitted('stored', run, offered.business_id);
end $$;
call private.service_only('public.attach_form');

-- The token is kept even if the form is there already: should the caller die before it answers, nudge repeats the wake-up.
create function public.open_wait(p_run_id uuid, p_task_token text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare run public.provisioning_runs := private.lock_run(p_run_id);
begin
  if run.wait_token is distinct from p_task_token then
    update public.provisioning_runs set wait_token = p_task_token, wait_opened_at = p_now, wait_closed_at = null where id = p_run_id;
  end if;
  if run.business_id is null then
    update public.provisioning_steps
       set status = 'waiting', finished_at = p_now, machine_ms = machine_ms + private.ms(attempted_at, p_now)
     where run_id = p_run_id and step = 'AwaitOnboarding' and status = 'running';
  end if;
  return jsonb_build_object('submitted', run.business_id is not null);
end $$;
call private.service_only('public.open_wait');

create function public.close_wait(p_run_id uuid, p_task_token text, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.provisioning_runs set wait_closed_at = coalesce(wait_closed_at, p_now) where id = p_run_id and wait_token = p_task_token;
$$;
call private.service_only('public.close_wait');

create function public.due_onboardings(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with waiting as (
    select r.id, r.invoice_number, r.created_at, c.email, c.first_name
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
     where r.status = 'running' and r.business_id is null and r.form_closed_at is null
  )
  select jsonb_build_object(
    'reminders', coalesce((
      select jsonb_agg(jsonb_build_object('runId', w.id, 'day', d.day, 'email', w.email, 'firstName', w.first_name,
               'invoiceNumber', w.invoice_number) order by w.created_at)
        from waiting w
        join lateral (
          select max(day) as day from unnest(array[1, 3, 7]) as day where w.created_at + make_interval(days => day) <= p_now
        ) d on d.day is not null), '[]'),
    'offers', coalesce((
      select jsonb_agg(jsonb_build_object('runId', w.id, 'onboardingId', o.business_id, 'submittedAt', o.submitted_at, 'email', w.email,
               'firstName', w.first_name) order by w.created_at)
        from waiting w
        cross join lateral private.offered_form(w.email, p_now) o
       -- What was sent before the payment is offered by the confirmation mail.
       where o.business_id is not null and o.submitted_at > w.created_at), '[]'),
    'wakeUps', coalesce((
      select jsonb_agg(jsonb_build_object('runId', r.id, 'taskToken', r.wait_token) order by r.form_at)
        from public.provisioning_runs r
       where r.status = 'running' and r.business_id is not null and r.wait_token is not null and r.wait_closed_at is null
         and greatest(r.form_at, r.wait_opened_at) < p_now - interval '2 minutes'), '[]'))
$$;
call private.service_only('public.due_onboardings');

create function public.invite_contact(p_token_hash text) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('runId', r.id, 'email', c.email, 'firstName', c.first_name)
    from public.invites i
    join public.provisioning_runs r on r.id = i.run_id
    join public.clients c on c.id = r.client_id
   where i.token_hash = p_token_hash and r.status = 'running' and r.form_closed_at is null
$$;
call private.service_only('public.invite_contact');
