-- Who may do what. The secret key (service_role) is for Lambdas alone; a signed-in member reads its own business and may change hours,
-- buffer and duration; nobody else sees anything. `private` is not exposed by the API.

create schema if not exists private;
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- Error in our own words: the code is the message, the hint is plain English without personal data.
create function private.fail(p_code text, p_explanation text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = 'P0001', message = p_code, hint = p_explanation;
end $$;

create procedure private.service_only(p_function regproc) language plpgsql set search_path = '' as $$
begin
  execute format('revoke execute on function %s from public, anon, authenticated', p_function::oid::regprocedure);
  execute format('grant execute on function %s to service_role', p_function::oid::regprocedure);
end $$;
revoke execute on procedure private.service_only(regproc) from public;

create function private.is_member(p_business_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.business_members m where m.business_id = p_business_id and m.user_id = (select auth.uid()))
$$;

create function private.is_member_of_run(p_run_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.businesses b where b.run_id = p_run_id and private.is_member(b.id))
$$;

revoke execute on all functions in schema private from public;
grant execute on function private.is_member(uuid), private.is_member_of_run(uuid) to authenticated;
grant execute on function private.fail(text, text), private.is_member(uuid), private.is_member_of_run(uuid) to service_role;

do $$
declare table_name text;
begin
  foreach table_name in array array[
    'client_onboarding', 'businesses', 'business_settings', 'system_settings', 'screened_invoices', 'clients', 'provisioning_runs',
    'provisioning_steps', 'invites', 'phone_numbers', 'email_messages', 'operator_notices', 'business_members', 'sign_in_links',
    'leads', 'messages', 'bookings', 'feedback', 'audit_log']
  loop
    execute format('alter table public.%I enable row level security', table_name);
    execute format('revoke all on public.%I from public, anon, authenticated', table_name);
    execute format('grant all on public.%I to service_role', table_name);
  end loop;
end $$;

grant select (id, business_name, phone_number, status, subscription_status, created_at, time_zone) on public.businesses to authenticated;
create policy "a member reads its business" on public.businesses for select to authenticated using (private.is_member(id));

grant select (business_id, working_hours, default_travel_buffer, default_job_duration) on public.business_settings to authenticated;
grant update (working_hours, default_travel_buffer, default_job_duration) on public.business_settings to authenticated;
create policy "a member reads its settings" on public.business_settings for select to authenticated using (private.is_member(business_id));
create policy "a member changes its settings" on public.business_settings for update to authenticated
  using (private.is_member(business_id)) with check (private.is_member(business_id));

grant select (business_id, user_id, role, last_viewed_at) on public.business_members to authenticated;
create policy "a member reads its own membership" on public.business_members for select to authenticated
  using (user_id = (select auth.uid()));

grant select (id, business_id, phone, name, is_test, is_demo, opted_out, created_at, last_message_at) on public.leads to authenticated;
create policy "a member reads its leads" on public.leads for select to authenticated using (private.is_member(business_id));

grant select (id, business_id, lead_id, direction, body, media_count, created_at) on public.messages to authenticated;
create policy "a member reads its messages" on public.messages for select to authenticated using (private.is_member(business_id));

grant select (id, business_id, lead_id, title, starts_at, ends_at, status, is_demo) on public.bookings to authenticated;
create policy "a member reads its bookings" on public.bookings for select to authenticated using (private.is_member(business_id));

grant select (run_id, e164, state) on public.phone_numbers to authenticated;
create policy "a member reads its number" on public.phone_numbers for select to authenticated using (private.is_member_of_run(run_id));

-- One day in the SOP's shape: enabled, start and end as HH:MM, closing after opening.
create function private.is_day(p_day jsonb) returns boolean language plpgsql immutable set search_path = '' as $$
declare clock_time constant text := '^([01][0-9]|2[0-3]):[0-5][0-9]$';
begin
  if jsonb_typeof(p_day) is distinct from 'object' then return false; end if;
  if (p_day - 'enabled' - 'start' - 'end') <> '{}'::jsonb then return false; end if;
  if jsonb_typeof(p_day -> 'enabled') is distinct from 'boolean' then return false; end if;
  if coalesce(p_day ->> 'start', '') !~ clock_time or coalesce(p_day ->> 'end', '') !~ clock_time then return false; end if;
  return not (p_day ->> 'enabled')::boolean or (p_day ->> 'start') < (p_day ->> 'end');
end $$;
revoke execute on function private.is_day(jsonb) from public;
grant execute on function private.is_day(jsonb) to authenticated, service_role;

-- Exactly the SOP's shape and sensible minutes. What is not changed is not judged: an old row may have another shape.
create function private.check_settings() returns trigger language plpgsql set search_path = '' as $$
declare weekday text;
begin
  if tg_op = 'INSERT' or new.working_hours is distinct from old.working_hours then
    if jsonb_typeof(new.working_hours) is distinct from 'object' then
      raise exception using errcode = '23514', message = 'working_hours is no object';
    end if;
    if (select count(*) from jsonb_object_keys(new.working_hours)) <> 7 then
      raise exception using errcode = '23514', message = 'working_hours needs exactly the seven days';
    end if;
    foreach weekday in array array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] loop
      if not private.is_day(new.working_hours -> weekday) then
        raise exception using errcode = '23514', message = format('working_hours is wrong on %s', weekday);
      end if;
    end loop;
  end if;
  if tg_op = 'INSERT' or new.default_travel_buffer is distinct from old.default_travel_buffer then
    if coalesce(new.default_travel_buffer, -1) not between 0 and 480 then
      raise exception using errcode = '23514', message = 'default_travel_buffer must be 0 to 480 minutes';
    end if;
  end if;
  if tg_op = 'INSERT' or new.default_job_duration is distinct from old.default_job_duration then
    if coalesce(new.default_job_duration, -1) not between 5 and 1440 then
      raise exception using errcode = '23514', message = 'default_job_duration must be 5 to 1440 minutes';
    end if;
  end if;
  return new;
end $$;
revoke execute on function private.check_settings() from public;
create trigger business_settings_are_sound
  before insert or update of working_hours, default_travel_buffer, default_job_duration on public.business_settings
  for each row execute function private.check_settings();

-- The signed-in member has looked at its business's dashboard. False: it is no member.
create function public.record_view(p_business_id uuid, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.business_members
     set last_viewed_at = greatest(last_viewed_at, p_now)
   where business_id = p_business_id and user_id = (select auth.uid());
  return found;
end $$;
revoke execute on function public.record_view(uuid, timestamptz) from public, anon;
grant execute on function public.record_view(uuid, timestamptz) to authenticated;
