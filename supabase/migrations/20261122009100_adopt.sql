-- Adopt: clients that were set up by hand become completed runs, and their numbers move over one at a time.

-- An adopted run never had an execution, and its deposit may never have been seen here.
alter table public.provisioning_runs
  alter column execution_id drop not null,
  alter column invoice_id drop not null,
  alter column tenant_id drop not null,
  add column adopted_at timestamptz,
  add constraint provisioning_runs_have_an_execution
    check (adopted_at is not null or (execution_id is not null and invoice_id is not null and tenant_id is not null)),
  add constraint provisioning_runs_adopted_are_complete check (adopted_at is null or status <> 'running');

-- `adopted`: ours at Twilio, and its webhooks still point at the hand-made system. `previous_settings`: what they were, for undo.
alter table public.phone_numbers
  add column adopted_at timestamptz,
  add column previous_settings jsonb check (jsonb_typeof(previous_settings) = 'object'),
  drop constraint if exists phone_numbers_state_check,
  add constraint phone_numbers_state_check
    check (state in ('reserved', 'requested', 'owned', 'configured', 'released', 'quarantined', 'adopted')),
  add constraint phone_numbers_adopted_is_bought check (state <> 'adopted' or (sid is not null and owned_at is not null and adopted_at is not null));

-- What is known of a run stays as earlier files say, but for its number: bought is bought, wherever it points.
alter function private.run_summary(public.provisioning_runs) rename to run_summary_but_number;
create function private.run_summary(p_run public.provisioning_runs) returns jsonb
language sql stable set search_path = '' as $$
  select private.run_summary_but_number(p_run) || jsonb_build_object('phoneNumber', (
    select n.e164 from public.phone_numbers n where n.run_id = p_run.id and n.state not in ('reserved', 'requested', 'released')))
$$;
revoke execute on function private.run_summary(public.provisioning_runs) from public;
grant execute on function private.run_summary(public.provisioning_runs) to service_role;

-- As before, but an adopted run has no invoice to compare: `is distinct from`.
create or replace function private.earlier_dealings(p_invoice_id uuid, p_contact_id uuid, p_email text, p_name text) returns text
language plpgsql stable set search_path = '' as $$
declare other_number text;
begin
  select coalesce(min(r.invoice_number), '') into other_number
    from public.provisioning_runs r join public.clients c on c.id = r.client_id
   where r.invoice_id is distinct from p_invoice_id and (c.contact_id = p_contact_id or lower(c.email) = lower(p_email));
  if other_number <> '' then return format('the contact already has a run (invoice %s)', other_number); end if;
  select coalesce(min(s.invoice_number), '') into other_number
    from public.screened_invoices s
   where s.invoice_id <> p_invoice_id and s.verdict = 'deposit'
     and (s.contact_id = p_contact_id or lower(s.contact_email) = lower(p_email));
  if other_number <> '' then return format('the contact already has a deposit (invoice %s)', other_number); end if;
  if exists (
    select from public.businesses b
     where lower(trim(b.business_name)) = lower(trim(p_name)) and b.run_id is null
        or exists (select from public.client_onboarding o where o.business_id = b.id and lower(o.email) = lower(p_email))
        or exists (select from public.business_members m where m.business_id = b.id and m.user_id = (private.find_user(p_email)).user_id)
  ) then return 'the contact already has a business'; end if;
  return null;
end $$;

-- Only numbers that point at us are compared with Twilio's log: what the hand-made system has answered must not be answered again,
-- neither before a number has moved nor from the time before it did.
alter function public.numbers_to_reconcile(timestamptz) set schema private;
alter function private.numbers_to_reconcile(timestamptz) rename to numbers_of_businesses;
create function public.numbers_to_reconcile(p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(x.number || jsonb_build_object('since', greatest((x.number ->> 'since')::timestamptz,
           case when n.adopted_at is not null then n.configured_at end)) order by x.place), '[]')
    from jsonb_array_elements(private.numbers_of_businesses(p_now)) with ordinality as x (number, place)
    join public.phone_numbers n on n.e164 = x.number ->> 'e164' and n.state in ('owned', 'configured')
$$;
call private.service_only('public.numbers_to_reconcile');

-- Why a client cannot be adopted, in words for the operator; undoes what was done for it so far.
create function private.refuse_adoption(p_reason text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'ADOPT', message = p_reason;
end $$;

-- The digits of a number as a person types it in Australia: 0480 000 043 is +61480000043.
create function private.typed_number(p_text text) returns text
language sql immutable set search_path = '' as $$
  select case when d.digits ~ '^0[2-478][0-9]{8}$' then '+61' || substr(d.digits, 2) when d.digits ~ '^61[2-478][0-9]{8}$' then '+' || d.digits
              else d.digits end
    from (select regexp_replace(coalesce(p_text, ''), '[^0-9+]', '', 'g') as digits) d
$$;

-- The hand-made business of a client: by its id, else by its number, else by its name if it has no number.
create function private.business_to_adopt(p_client jsonb, p_e164 text) returns public.businesses
language plpgsql set search_path = '' as $$
declare
  wanted constant uuid := (p_client ->> 'businessId')::uuid;
  wanted_name constant text := lower(trim(p_client ->> 'businessName'));
  found public.businesses;
  others bigint;
begin
  if wanted is not null then
    select * into found from public.businesses b where b.id = wanted for update;
    if found.id is null then perform private.refuse_adoption('businesses has no row with this business_id'); end if;
  else
    select count(*) into others from public.businesses b where private.typed_number(b.phone_number) = p_e164;
    if others > 1 then perform private.refuse_adoption('several rows of businesses have this number: name the right one with business_id'); end if;
    select * into found from public.businesses b where private.typed_number(b.phone_number) = p_e164 for update;
    if found.id is null then
      select count(*) into others from public.businesses b where lower(trim(b.business_name)) = wanted_name;
      if others > 1 then perform private.refuse_adoption('several rows of businesses have this name: name the right one with business_id'); end if;
      select * into found from public.businesses b where lower(trim(b.business_name)) = wanted_name for update;
    end if;
  end if;
  if found.id is null then return found; end if;
  if found.run_id is not null then perform private.refuse_adoption('the business belongs to a run already'); end if;
  if lower(trim(coalesce(found.business_name, p_client ->> 'businessName'))) <> wanted_name then
    perform private.refuse_adoption('the row of businesses has another name: correct the one or the other');
  end if;
  if coalesce(trim(found.phone_number), '') <> '' and private.typed_number(found.phone_number) <> p_e164 then
    perform private.refuse_adoption('the row of businesses has another number: correct the one or the other');
  end if;
  if lower(coalesce(nullif(trim(found.status), ''), 'active')) <> 'active' then
    perform private.refuse_adoption(format('the business is "%s", not active: correct it, or leave the client out', found.status));
  end if;
  return found;
end $$;

create function private.are_hours(p_hours jsonb) returns boolean language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(p_hours) is distinct from 'object' then return false; end if;
  return (select count(*) = 7 and bool_and(private.is_day(p_hours -> d.day))
            from unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) as d (day))
     and (select count(*) = 7 from jsonb_object_keys(p_hours));
end $$;

-- The settings that the business lives by: its own if they have the SOP's shape, else the file's. Answers the hours.
create function private.adopt_settings(p_business_id uuid, p_hours jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare hours jsonb;
begin
  select s.working_hours into hours from public.business_settings s
   where s.business_id = p_business_id and private.are_hours(s.working_hours) limit 1;
  hours := coalesce(hours, p_hours);
  if hours is null then perform private.refuse_adoption('business_settings has no working hours in the SOP''s shape: give working_hours'); end if;
  -- An older table may hold several rows of a business; whichever is read must say the same.
  update public.business_settings s
     set working_hours = hours, default_travel_buffer = coalesce(s.default_travel_buffer, 30),
         default_job_duration = coalesce(s.default_job_duration, 60), updated_at = p_now
   where s.business_id = p_business_id;
  if not found then
    insert into public.business_settings (business_id, working_hours, default_travel_buffer, default_job_duration, updated_at)
    values (p_business_id, hours, 30, 60, p_now);
  end if;
  return hours;
end $$;

-- The owner signs in with what Auth has already; nobody is written to and no user is made.
create function private.adopt_login(p_run_id uuid, p_business_id uuid, p_email text, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
declare person record;
begin
  if exists (select from public.business_members m where m.business_id = p_business_id and m.role = 'owner') then return 'linked'; end if;
  select * into person from private.find_user(p_email);
  if person.user_id is null then return 'none'; end if;
  insert into public.business_members (business_id, user_id, role, created_at) values (p_business_id, person.user_id, 'owner', p_now)
  on conflict (business_id, user_id) do update set role = 'owner';
  update public.provisioning_runs
     set login_planned_at = p_now, login_existed_before = person.has_signed_in, login_user_id = person.user_id, login_recorded_at = p_now
   where id = p_run_id;
  return 'linked';
end $$;

create function private.adopt(p_client jsonb, p_number jsonb, p_by text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  this_number constant text := p_number ->> 'e164';
  this_contact constant uuid := (p_client ->> 'contactId')::uuid;
  went_live constant timestamptz := (p_client ->> 'liveAt')::timestamptz;
  taken record;
  business public.businesses;
  is_new boolean;
  hours jsonb;
  zone text;
  form jsonb;
  this_client uuid;
  this_run uuid := gen_random_uuid();
begin
  -- As screening and reservations do: no deposit of this contact, and no other run with this number, meanwhile.
  perform pg_advisory_xact_lock(hashtextextended('coresentia.screening', 0));
  perform from public.system_settings for update;
  select n.run_id, n.adopted_at, c.contact_id, c.status, r.business_id, r.invoice_number into taken
    from public.phone_numbers n join public.provisioning_runs r on r.id = n.run_id join public.clients c on c.id = r.client_id
   where n.e164 = this_number and n.state <> 'released';
  if taken.run_id is not null then
    if taken.adopted_at is null or taken.contact_id <> this_contact then
      perform private.refuse_adoption(format('the number belongs to another client (%s)', taken.invoice_number));
    end if;
    -- Whoever is leaving or has left gets no login back by an old file.
    if taken.status <> 'Live' then perform private.refuse_adoption(format('the client was adopted before and is "%s" now', taken.status)); end if;
    return jsonb_build_object('outcome', 'already', 'runId', taken.run_id, 'businessId', taken.business_id,
      'login', private.adopt_login(taken.run_id, taken.business_id, p_client ->> 'email', p_now));
  end if;
  select r.invoice_number into taken from public.provisioning_runs r join public.clients c on c.id = r.client_id where c.contact_id = this_contact limit 1;
  if taken.invoice_number is not null then
    perform private.refuse_adoption(format('the Xero contact is a client already (%s)', taken.invoice_number));
  end if;
  select s.invoice_number into taken from public.screened_invoices s
   where s.contact_id = this_contact and s.verdict = 'deposit'
     and not exists (select from public.provisioning_runs r where r.invoice_id = s.invoice_id) limit 1;
  if taken.invoice_number is not null then
    perform private.refuse_adoption(format('a deposit of the contact is about to start a run: npm run screen -- %s --dismiss', taken.invoice_number));
  end if;

  business := private.business_to_adopt(p_client, this_number);
  is_new := business.id is null;
  business.id := coalesce(business.id, gen_random_uuid());
  zone := coalesce(business.time_zone, p_client ->> 'timeZone');
  insert into public.clients (contact_id, name, first_name, email, phone, status, live_at, created_at)
  values (this_contact, p_client ->> 'businessName', p_client ->> 'firstName', p_client ->> 'email', p_client ->> 'mobile', 'Live', went_live, went_live)
  returning id into this_client;
  insert into public.provisioning_runs (id, invoice_number, client_id, status, created_at, completed_at, adopted_at, business_id, form_at,
    form_closed_at, notes)
  values (this_run, coalesce(p_client ->> 'invoiceNumber', 'by-hand-' || left(this_run::text, 8)), this_client, 'completed', went_live, went_live,
    p_now, business.id, went_live, went_live, p_client ->> 'notes');
  if is_new then
    insert into public.businesses (id, business_name, phone_number, status, subscription_status, created_at, time_zone, run_id)
    values (business.id, p_client ->> 'businessName', this_number, 'active', 'active', went_live, zone, this_run);
  else
    update public.businesses
       set business_name = coalesce(business_name, p_client ->> 'businessName'), phone_number = this_number, status = 'active',
           subscription_status = coalesce(subscription_status, 'active'), time_zone = zone, run_id = this_run
     where id = business.id;
  end if;
  hours := private.adopt_settings(business.id, p_client -> 'workingHours', p_now);
  form := (p_client -> 'form') || jsonb_build_object('workingHours', hours, 'timeZone', zone);
  insert into public.client_onboarding (business_id, business_name, contact_name, email, phone, form, created_at, submitted_at, updated_at)
  values (business.id, form ->> 'businessName', concat_ws(' ', form ->> 'firstName', form ->> 'lastName'), form ->> 'email', form ->> 'mobile',
    form, went_live, went_live, p_now);
  insert into public.provisioning_steps (run_id, step, position, status, attempts, started_at, attempted_at, finished_at, evidence)
  select this_run, s.step, s.position, 'done', 1, went_live, went_live, went_live, jsonb_build_object('adopted', 'done by hand')
    from unnest(array[
      'ConfirmDeposit', 'SendConfirmation', 'AwaitOnboarding', 'ReviewOnboarding', 'ProvisionNumber', 'CreateBusiness',
      'ConfigureSettings', 'CreateLogin', 'SendTestSms', 'VerifySystem', 'GoLive', 'SendWelcome', 'CheckLogin',
      'CheckSmsActivity', 'FollowUp', 'CompleteRun']) with ordinality as s (step, position);
  -- Never of today: what was bought by hand does not count against today's cap on purchases.
  insert into public.phone_numbers (run_id, e164, sid, state, attempt, reserved_at, owned_at, adopted_at)
  values (this_run, this_number, p_number ->> 'sid', 'adopted', 1, least(went_live, p_now - interval '1 day'), went_live, p_now);
  insert into public.audit_log (at, actor, action, run_id, detail) values (p_now, p_by, 'adopted', this_run, '{}');
  return jsonb_build_object('outcome', 'adopted', 'runId', this_run, 'businessId', business.id,
    'business', case when is_new then 'created' else 'taken over' end,
    'login', private.adopt_login(this_run, business.id, p_client ->> 'email', p_now));
end $$;

-- All of a client or nothing. `p_is_dry_run`: tells what would happen and undoes it. `p_client`: contactId, businessName, firstName, email,
-- mobile, liveAt, timeZone, form without workingHours, and perhaps workingHours, invoiceNumber, businessId, notes; `p_number`: e164, sid.
create function public.adopt_client(p_client jsonb, p_number jsonb, p_is_dry_run boolean, p_by text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare answer jsonb;
begin
  answer := private.adopt(p_client, p_number, p_by, p_now);
  if p_is_dry_run then raise exception using errcode = 'DRYRN'; end if;
  return answer;
exception
  when sqlstate 'DRYRN' then return answer;
  when sqlstate 'ADOPT' then return jsonb_build_object('outcome', 'refused', 'reason', sqlerrm);
end $$;
call private.service_only('public.adopt_client');

-- Adopted numbers, those that have not moved first.
create function public.adopted_numbers() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('e164', n.e164, 'sid', n.sid, 'state', n.state, 'runId', n.run_id,
           'businessName', coalesce(b.business_name, ''), 'invoiceNumber', r.invoice_number, 'previousSettings', n.previous_settings,
           'movedAt', case when n.state = 'configured' then n.configured_at end) order by n.state <> 'adopted', n.reserved_at, n.e164), '[]')
    from public.phone_numbers n join public.provisioning_runs r on r.id = n.run_id left join public.businesses b on b.run_id = r.id
   where n.adopted_at is not null and n.state in ('adopted', 'configured')
$$;
call private.service_only('public.adopted_numbers');

-- Kept before anything is changed at Twilio. Null: the settings there are ours already, so what is kept stays.
create function public.begin_number_move(p_e164 text, p_previous jsonb, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.phone_numbers set previous_settings = coalesce(p_previous, previous_settings)
   where e164 = p_e164 and adopted_at is not null and state = 'adopted';
  return found;
end $$;
call private.service_only('public.begin_number_move');

-- Read back and right: from now on its messages are ours.
create function public.finish_number_move(p_e164 text, p_by text, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare moved public.phone_numbers;
begin
  update public.phone_numbers set state = 'configured', configured_at = p_now
   where e164 = p_e164 and adopted_at is not null and state = 'adopted'
  returning * into moved;
  if moved.id is null then return false; end if;
  insert into public.audit_log (at, actor, action, run_id, detail) values (p_now, p_by, 'moved the number', moved.run_id, '{}');
  return true;
end $$;
call private.service_only('public.finish_number_move');

-- First ours no more, then Twilio's settings: what comes in between is the other system's, and not fetched from Twilio's log.
create function public.begin_number_undo(p_e164 text, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.phone_numbers set state = 'adopted'
   where e164 = p_e164 and adopted_at is not null and state in ('adopted', 'configured') and previous_settings is not null;
  return found;
end $$;
call private.service_only('public.begin_number_undo');

create function public.finish_number_undo(p_e164 text, p_by text, p_now timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare undone public.phone_numbers;
begin
  update public.phone_numbers set previous_settings = null
   where e164 = p_e164 and adopted_at is not null and state = 'adopted' and previous_settings is not null
  returning * into undone;
  if undone.id is null then return false; end if;
  insert into public.audit_log (at, actor, action, run_id, detail) values (p_now, p_by, 'moved the number back', undone.run_id, '{}');
  return true;
end $$;
call private.service_only('public.finish_number_undo');

revoke execute on function private.refuse_adoption(text), private.are_hours(jsonb), private.typed_number(text), private.business_to_adopt(jsonb, text),
  private.adopt_settings(uuid, jsonb, timestamptz), private.adopt_login(uuid, uuid, text, timestamptz),
  private.adopt(jsonb, jsonb, text, timestamptz) from public;
grant execute on function private.refuse_adoption(text), private.are_hours(jsonb), private.typed_number(text), private.business_to_adopt(jsonb, text),
  private.adopt_settings(uuid, jsonb, timestamptz), private.adopt_login(uuid, uuid, text, timestamptz),
  private.adopt(jsonb, jsonb, text, timestamptz) to service_role;
