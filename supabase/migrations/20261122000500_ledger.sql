-- Port Ledger: the run and its checklist. A step begins and ends with one round trip each.

create function private.ms(p_from timestamptz, p_to timestamptz) returns bigint
language sql immutable set search_path = '' as $$
  select greatest(0, coalesce(round(extract(epoch from p_to - p_from) * 1000), 0))::bigint
$$;
revoke execute on function private.ms(timestamptz, timestamptz) from public;
grant execute on function private.ms(timestamptz, timestamptz) to service_role;

create function private.lock_run(p_run_id uuid) returns public.provisioning_runs
language plpgsql set search_path = '' as $$
declare run public.provisioning_runs;
begin
  select * into run from public.provisioning_runs where id = p_run_id for update;
  if run.id is null then perform private.fail('RunNotFound', 'there is no such run'); end if;
  return run;
end $$;
revoke execute on function private.lock_run(uuid) from public;
grant execute on function private.lock_run(uuid) to service_role;

-- shared/run.ts, Run.
create function private.run_json(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'runId', r.id, 'invoiceId', r.invoice_id, 'tenantId', r.tenant_id, 'invoiceNumber', r.invoice_number,
    'executionId', r.execution_id, 'createdAt', r.created_at,
    'client', jsonb_build_object('clientId', c.id, 'name', c.name, 'firstName', c.first_name, 'email', c.email, 'phone', c.phone,
      'status', c.status, 'liveAt', c.live_at),
    'onboarding', case when o.business_id is not null then
      jsonb_build_object('businessId', o.business_id, 'form', o.form, 'submittedAt', o.submitted_at) end,
    'number', case when n.id is not null then
      jsonb_build_object('e164', n.e164, 'sid', n.sid, 'state', n.state, 'attempt', n.attempt) end,
    'business', case when b.id is not null then jsonb_build_object('id', b.id, 'name', b.business_name, 'timeZone', b.time_zone) end,
    'login', case when r.login_planned_at is not null then
      jsonb_build_object('userId', r.login_user_id, 'existedBefore', r.login_existed_before) end,
    'testSms', case when r.test_nonce is not null then
      jsonb_build_object('nonce', r.test_nonce, 'messageSid', r.test_message_sid) end,
    'checks', case when r.day1_at is not null then
      jsonb_build_object('day1At', r.day1_at, 'day3At', r.day3_at, 'day7At', r.day7_at) end)
  from public.provisioning_runs r
  join public.clients c on c.id = r.client_id
  left join public.client_onboarding o on o.business_id = r.business_id and o.form is not null
  left join public.phone_numbers n on n.run_id = r.id and n.state <> 'released'
  left join public.businesses b on b.run_id = r.id
  where r.id = p_run_id
$$;
revoke execute on function private.run_json(uuid) from public;
grant execute on function private.run_json(uuid) to service_role;

create function public.claim_invoice(p_invoice_id uuid, p_tenant_id uuid, p_execution_id text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  screened public.screened_invoices;
  run public.provisioning_runs;
  new_client_id uuid;
begin
  -- The lock on the screened invoice lines up every execution that wants it.
  select * into screened from public.screened_invoices where invoice_id = p_invoice_id for update;
  select * into run from public.provisioning_runs where invoice_id = p_invoice_id;
  if run.id is not null then
    return jsonb_build_object('claim', case when run.execution_id = p_execution_id then 'yours' else 'taken' end, 'runId', run.id);
  end if;
  if screened.verdict is distinct from 'deposit' then
    perform private.fail('InvoiceNotScreened', 'screening has not judged this invoice a deposit');
  end if;
  if screened.contact_email is null then
    perform private.fail('ContactEmailMissing', 'the contact of this invoice has no e-mail address in Xero');
  end if;
  insert into public.clients (contact_id, name, first_name, email, phone, status, created_at)
  values (screened.contact_id, screened.contact_name, screened.contact_first_name, screened.contact_email, screened.contact_phone,
    'Onboarding', p_now)
  returning id into new_client_id;
  insert into public.provisioning_runs (invoice_id, tenant_id, invoice_number, client_id, execution_id, created_at)
  values (p_invoice_id, p_tenant_id, screened.invoice_number, new_client_id, p_execution_id, p_now)
  returning * into run;
  insert into public.provisioning_steps (run_id, step, position)
  select run.id, s.step, s.position
    from unnest(array[
      'ConfirmDeposit', 'SendConfirmation', 'AwaitOnboarding', 'ReviewOnboarding', 'ProvisionNumber', 'CreateBusiness',
      'ConfigureSettings', 'CreateLogin', 'SendTestSms', 'VerifySystem', 'GoLive', 'SendWelcome', 'CheckLogin',
      'CheckSmsActivity', 'FollowUp', 'CompleteRun']) with ordinality as s (step, position);
  return jsonb_build_object('claim', 'yours', 'runId', run.id);
end $$;
call private.service_only('public.claim_invoice');

create function public.begin_step(p_run_id uuid, p_step text, p_execution_id text, p_redrive_count integer, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  run public.provisioning_runs := private.lock_run(p_run_id);
  known public.provisioning_steps;
  is_redrive constant boolean := p_redrive_count > run.redrives;
begin
  if run.execution_id <> p_execution_id then
    perform private.fail('ExecutionMismatch', 'another execution owns this run');
  end if;
  select * into strict known from public.provisioning_steps where run_id = p_run_id and step = p_step;
  -- Between the attempts: after a redrive the operator's time, while a form is awaited the client's, else the machine's (retriers).
  update public.provisioning_steps
     set status = 'running', attempts = attempts + 1, started_at = coalesce(started_at, p_now), attempted_at = p_now,
         error = null, error_message = null,
         client_ms = client_ms + case when known.status = 'waiting' then private.ms(known.finished_at, p_now) else 0 end,
         operator_ms = operator_ms + case when known.status in ('failed', 'running') and is_redrive
           then private.ms(coalesce(known.finished_at, known.attempted_at), p_now) else 0 end,
         machine_ms = machine_ms + case when known.status in ('failed', 'running') and not is_redrive
           then private.ms(coalesce(known.finished_at, known.attempted_at), p_now) else 0 end,
         finished_at = null
   where run_id = p_run_id and step = p_step;
  if is_redrive then
    update public.provisioning_runs set redrives = p_redrive_count where id = p_run_id;
    insert into public.audit_log (at, actor, action, run_id, detail)
    values (p_now, 'operator', 'redrive', p_run_id, jsonb_build_object('step', p_step, 'redriveCount', p_redrive_count));
  end if;
  if p_step = 'ProvisionNumber' then
    update public.provisioning_runs set form_closed_at = coalesce(form_closed_at, p_now) where id = p_run_id;
  end if;
  return private.run_json(p_run_id);
end $$;
call private.service_only('public.begin_step');

-- A wait is done only when its form is there. What is done already only gains evidence: its time was counted.
create function public.finish_step(p_run_id uuid, p_step text, p_evidence jsonb, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare run public.provisioning_runs := private.lock_run(p_run_id);
begin
  update public.provisioning_steps
     set evidence = coalesce(evidence, '{}') || p_evidence,
         status = case when p_step = 'AwaitOnboarding' and run.business_id is null then 'waiting' else 'done' end,
         finished_at = case when status = 'done' then finished_at else p_now end,
         machine_ms = machine_ms + case when status = 'running' then private.ms(attempted_at, p_now) else 0 end,
         client_ms = client_ms + case when status = 'waiting' then private.ms(finished_at, p_now) else 0 end,
         error = null, error_message = null
   where run_id = p_run_id and step = p_step and status <> 'pending';
end $$;
call private.service_only('public.finish_step');

create function public.fail_step(p_run_id uuid, p_step text, p_error text, p_message text, p_now timestamptz) returns void
language sql set search_path = '' as $$
  update public.provisioning_steps
     set status = 'failed', finished_at = p_now, error = p_error, error_message = left(p_message, 1000),
         machine_ms = machine_ms + private.ms(attempted_at, p_now)
   where run_id = p_run_id and step = p_step and status = 'running';
$$;
call private.service_only('public.fail_step');

create function public.create_business(p_run_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  run public.provisioning_runs := private.lock_run(p_run_id);
  answers jsonb;
  number_e164 text;
begin
  select o.form into answers from public.client_onboarding o where o.business_id = run.business_id and o.form is not null;
  select n.e164 into number_e164 from public.phone_numbers n where n.run_id = p_run_id and n.state in ('owned', 'configured');
  if answers is null or number_e164 is null then
    perform private.fail('BusinessDataMissing', 'the form or the number is missing');
  end if;
  insert into public.businesses as b (id, business_name, phone_number, status, subscription_status, created_at, time_zone, run_id)
  values (run.business_id, answers ->> 'businessName', number_e164, 'active', 'active', p_now, answers ->> 'timeZone', p_run_id)
  on conflict (id) do update
    set business_name = excluded.business_name, phone_number = excluded.phone_number, time_zone = excluded.time_zone, run_id = p_run_id,
        status = coalesce(b.status, 'active'), subscription_status = coalesce(b.subscription_status, 'active');
end $$;
call private.service_only('public.create_business');

create function private.business_of(p_run_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
declare found_id uuid;
begin
  select b.id into found_id from public.businesses b where b.run_id = p_run_id;
  if found_id is null then perform private.fail('BusinessDataMissing', 'the run has no business yet'); end if;
  return found_id;
end $$;
revoke execute on function private.business_of(uuid) from public;
grant execute on function private.business_of(uuid) to service_role;

create function public.configure_settings(
  p_run_id uuid, p_working_hours jsonb, p_travel_buffer integer, p_job_duration integer, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare this_business constant uuid := private.business_of(p_run_id);
begin
  perform private.lock_run(p_run_id);
  -- No ON CONFLICT: an older table need not have a unique business_id; the run's lock lines the attempts up.
  update public.business_settings
     set working_hours = p_working_hours, default_travel_buffer = p_travel_buffer, default_job_duration = p_job_duration, updated_at = p_now
   where business_id = this_business;
  if not found then
    insert into public.business_settings (business_id, working_hours, default_travel_buffer, default_job_duration, updated_at)
    values (this_business, p_working_hours, p_travel_buffer, p_job_duration, p_now);
  end if;
end $$;
call private.service_only('public.configure_settings');

create function public.go_live(p_run_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  run public.provisioning_runs := private.lock_run(p_run_id);
  went_live timestamptz;
begin
  perform private.business_of(p_run_id);
  update public.clients
     set live_at = coalesce(live_at, p_now), status = case when status in ('Deposit paid', 'Onboarding') then 'Live' else status end
   where id = run.client_id
  returning live_at into went_live;
  return jsonb_build_object('liveAt', went_live);
end $$;
call private.service_only('public.go_live');

create function public.schedule_checks(p_run_id uuid, p_day1_at timestamptz, p_day3_at timestamptz, p_day7_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_run(p_run_id);
  update public.provisioning_runs set day1_at = p_day1_at, day3_at = p_day3_at, day7_at = p_day7_at where id = p_run_id;
end $$;
call private.service_only('public.schedule_checks');

create function public.first_week(p_run_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare this_business constant uuid := private.business_of(p_run_id);
begin
  return (
    select jsonb_build_object(
      'viewedAt', (select max(m.last_viewed_at) from public.business_members m
                    where m.business_id = this_business and m.last_viewed_at >= c.live_at),
      'inboundCount', (select count(*) from public.messages s join public.leads l on l.id = s.lead_id
                        where s.business_id = this_business and s.direction = 'inbound' and not l.is_test and not l.is_demo))
      from public.provisioning_runs r join public.clients c on c.id = r.client_id
     where r.id = p_run_id);
end $$;
call private.service_only('public.first_week');

create function public.complete_run(p_run_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_run(p_run_id);
  update public.provisioning_runs
     set status = 'completed', completed_at = coalesce(completed_at, p_now)
   where id = p_run_id;
end $$;
call private.service_only('public.complete_run');
