-- The demo lies ahead. A run that is redriven days later comes to VerifySystem with a demo booking that is over: it moves to the next working day.

-- When the demo is, seen from this time: the next working day's first job.
create function private.demo_times(p_business public.businesses, p_now timestamptz, out starts timestamptz, out ends timestamptz)
language plpgsql stable set search_path = '' as $$
declare
  settings public.business_settings;
  day jsonb;
  local_day date;
begin
  select * into settings from public.business_settings s where s.business_id = p_business.id limit 1;
  for ahead in 1..14 loop
    local_day := (p_now at time zone p_business.time_zone)::date + ahead;
    day := settings.working_hours -> to_char(local_day, 'FMday');
    exit when (day ->> 'enabled')::boolean;
    day := null;
  end loop;
  -- A week without an open day still gets its demo, at ten.
  starts := (local_day + coalesce(day ->> 'start', '10:00')::time) at time zone p_business.time_zone;
  ends := least(starts + make_interval(mins => coalesce(settings.default_job_duration, 60)),
    (local_day + coalesce(day ->> 'end', '23:00')::time) at time zone p_business.time_zone);
end $$;
revoke execute on function private.demo_times(public.businesses, timestamptz) from public;
grant execute on function private.demo_times(public.businesses, timestamptz) to service_role;

-- What the demo's reply says, which names the day.
create function private.demo_offer(p_business public.businesses, p_starts timestamptz) returns text
language sql stable set search_path = '' as $$
  select 'Hi, ' || left(p_business.business_name, 80) || ' here. Yes we can! What is your suburb, and does '
    || to_char(p_starts at time zone p_business.time_zone, 'FMDay FMHH12:MI am') || ' suit?'
$$;
revoke execute on function private.demo_offer(public.businesses, timestamptz) from public;
grant execute on function private.demo_offer(public.businesses, timestamptz) to service_role;

-- Moves a demo that is over; one that is ahead, or was deleted, stays so.
create function private.move_demo(p_business public.businesses, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  times record;
begin
  if not exists (select from public.bookings k where k.business_id = p_business.id and k.is_demo and k.status = 'booked' and k.ends_at <= p_now) then
    return;
  end if;
  times := private.demo_times(p_business, p_now);
  update public.bookings k set starts_at = times.starts, ends_at = times.ends, revision = k.revision + 1, updated_at = p_now
   where k.business_id = p_business.id and k.is_demo;
  update public.messages m set body = private.demo_offer(p_business, times.starts)
   where m.business_id = p_business.id and m.direction = 'outbound' and m.in_reply_to = 'demo-' || p_business.id;
end $$;
revoke execute on function private.move_demo(public.businesses, timestamptz) from public;
grant execute on function private.move_demo(public.businesses, timestamptz) to service_role;

-- The tutorial: a conversation that became a booking on the next working day. Once per business, however often a step runs.
-- +61 491 570 313 is one of the numbers that the regulator keeps for fiction (https://www.acma.gov.au/phone-numbers-use-tv-shows-films-and-creative-works).
create or replace function public.create_demo(p_run_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  this_business constant uuid := private.business_of(p_run_id);
  business public.businesses;
  times record;
  demo_lead uuid;
  sid text;
begin
  select * into strict business from public.businesses where id = this_business for update;
  if business.demo_created_at is not null then
    perform private.move_demo(business, p_now);
    return;
  end if;
  times := private.demo_times(business, p_now);
  insert into public.leads (business_id, phone, name, is_demo, created_at, last_message_at)
  values (this_business, '+61491570313', 'Alex (demo)', true, p_now, p_now)
  on conflict (business_id, phone) do nothing
  returning id into demo_lead;
  if demo_lead is not null then
    sid := 'demo-' || this_business;
    insert into public.messages (business_id, lead_id, direction, body, message_sid, created_at)
    values (this_business, demo_lead, 'inbound', 'Hi, can somebody have a look at my place this week?', sid, p_now);
    insert into public.messages (business_id, lead_id, direction, body, in_reply_to, created_at)
    values (this_business, demo_lead, 'outbound', private.demo_offer(business, times.starts), sid, p_now);
    insert into public.messages (business_id, lead_id, direction, body, message_sid, created_at)
    values (this_business, demo_lead, 'inbound', 'That suits, thanks!', sid || '-2', p_now);
    insert into public.messages (business_id, lead_id, direction, body, in_reply_to, created_at)
    values (this_business, demo_lead, 'outbound', 'Great, you are booked in. See you then!', sid || '-2', p_now);
  end if;
  insert into public.bookings (business_id, lead_id, title, starts_at, ends_at, is_demo, created_at, updated_at)
  values (this_business, demo_lead, 'Demo booking: Alex', times.starts, times.ends, true, p_now, p_now);
  update public.businesses set demo_created_at = p_now where id = this_business;
end $$;
