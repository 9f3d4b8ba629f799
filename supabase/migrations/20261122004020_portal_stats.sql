-- The numbers of the dashboard: docs/stats.md has the definitions in words.

-- A zone that Postgres knows; an old business may have none.
create function private.zone_of(p_business public.businesses) returns text
language sql immutable set search_path = '' as $$ select coalesce(p_business.time_zone, 'UTC') $$;
revoke execute on function private.zone_of(public.businesses) from public;

-- One pass over the texts, without a function per row (those with a search_path of their own are not inlined) and without a join of
-- two lists that no statistics know: a busy business has thousands of texts.
create function private.stats(p_business public.businesses, p_hours jsonb, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with bounds as (
    select z.zone, date_trunc('week', p_now at time zone z.zone) at time zone z.zone as week_start,
           (date_trunc('day', p_now at time zone z.zone) - interval '29 days') at time zone z.zone as month_start
      from (select private.zone_of(p_business) as zone) z
  ), recent as (
    select m.lead_id, m.id, m.direction, m.created_at, min(m.id) filter (where m.direction = 'inbound') over (partition by m.lead_id) as first_id
      from public.messages m join public.leads l on l.id = m.lead_id left join public.manual_replies h on h.message_id = m.id
     where m.business_id = p_business.id and m.created_at >= (select month_start from bounds) and m.created_at <= p_now
       and not l.is_test and not l.is_demo and not l.is_trial and coalesce(h.status, 'sent') = 'sent'
  ), answered as materialized (
    select r.lead_id, min(r.created_at) filter (where r.id = r.first_id) as at,
           min(r.created_at) filter (where r.id = r.first_id) at time zone (select zone from bounds) as local_at,
           min(r.created_at) filter (where r.direction = 'outbound' and r.id > r.first_id) as replied_at
      from recent r where r.first_id is not null
     group by r.lead_id
  )
  select jsonb_build_object(
    'leadsThisWeek', (
      select count(*) from public.leads l
       where l.business_id = p_business.id and l.created_at >= (select week_start from bounds) and l.created_at <= p_now
         and not l.is_test and not l.is_demo and not l.is_trial),
    'conversations', (select count(*) from answered),
    'replyRate', (select round(count(replied_at)::numeric / nullif(count(*), 0), 4) from answered),
    'medianFirstResponseSeconds', (
      select round(percentile_cont(0.5) within group (order by extract(epoch from a.replied_at - a.at)))
        from answered a cross join lateral (select p_hours -> to_char(a.local_at, 'FMday') as hours) day
       where a.replied_at is not null and (day.hours ->> 'enabled')::boolean
         and to_char(a.local_at, 'HH24:MI') >= day.hours ->> 'start' and to_char(a.local_at, 'HH24:MI') < day.hours ->> 'end'),
    'bookings', (
      select count(*) from public.bookings k left join public.leads l on l.id = k.lead_id, bounds
       where k.business_id = p_business.id and not k.is_demo and k.status <> 'cancelled' and k.created_at >= bounds.month_start
         and k.created_at <= p_now and not coalesce(l.is_test or l.is_demo or l.is_trial, false)))
$$;
revoke execute on function private.stats(public.businesses, jsonb, timestamptz) from public;

create function private.booking_json(p_booking public.bookings) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('id', p_booking.id, 'title', p_booking.title, 'startsAt', p_booking.starts_at, 'endsAt', p_booking.ends_at,
    'status', p_booking.status, 'isDemo', p_booking.is_demo, 'leadId', p_booking.lead_id,
    'leadName', (select coalesce(l.name, l.phone) from public.leads l where l.id = p_booking.lead_id))
$$;
create function private.lead_json(p_lead public.leads) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('id', p_lead.id, 'name', p_lead.name, 'phone', p_lead.phone, 'isTest', p_lead.is_test, 'isDemo', p_lead.is_demo,
    'isTrial', p_lead.is_trial, 'optedOut', p_lead.opted_out, 'outcome', p_lead.outcome, 'takenOverAt', p_lead.taken_over_at,
    'createdAt', p_lead.created_at, 'lastMessageAt', p_lead.last_message_at)
$$;
-- With its newest message, cut to a preview.
create function private.lead_line(p_lead public.leads) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.lead_json(p_lead) || jsonb_build_object('lastMessage', (
    select jsonb_build_object('direction', m.direction, 'text', left(m.body, 160)) from public.messages m
     where m.lead_id = p_lead.id order by m.id desc limit 1))
$$;
revoke execute on function private.booking_json(public.bookings), private.lead_json(public.leads), private.lead_line(public.leads) from public;

-- The whole page in one round trip; it notes the view, which day 1's check asks for.
create function public.dashboard(p_business_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  frame constant jsonb := private.frame(p_business_id);
  business public.businesses;
  hours jsonb;
begin
  if frame is null then return null; end if;
  select * into strict business from public.businesses where id = p_business_id;
  select s.working_hours into hours from public.business_settings s where s.business_id = p_business_id limit 1;
  perform public.record_view(p_business_id, p_now);
  return jsonb_build_object(
    'frame', frame,
    'stats', private.stats(business, hours, p_now),
    'leads', coalesce((
      select jsonb_agg(private.lead_line(l) order by l.last_message_at desc nulls last, l.id)
        from (select * from public.leads where business_id = p_business_id order by last_message_at desc nulls last, id limit 10) l), '[]'),
    'bookings', coalesce((
      select jsonb_agg(private.booking_json(k) order by k.starts_at, k.id)
        from (select * from public.bookings where business_id = p_business_id and status = 'booked' and ends_at > p_now
               order by starts_at, id limit 5) k), '[]'));
end $$;
call private.member_only('public.dashboard');
