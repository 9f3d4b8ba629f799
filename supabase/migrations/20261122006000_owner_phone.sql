-- Alerts follow the owner's phone: another phone has its own consent, and a number of ours is nobody's phone.

create function private.note_owner_phone() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.notify_phone is distinct from old.notify_phone then
    new.alerts_stopped_at := (
      select l.opted_out_at from public.leads l
       where l.business_id = new.business_id and l.opted_out
         and l.phone = coalesce(new.notify_phone, (
           select o.form ->> 'mobile' from public.client_onboarding o
            where o.business_id = new.business_id and o.form is not null limit 1)));
  end if;
  return new;
end $$;
revoke execute on function private.note_owner_phone() from public;
grant execute on function private.note_owner_phone() to service_role;
create trigger business_settings_note_owner_phone before update of notify_phone on public.business_settings
  for each row execute function private.note_owner_phone();

-- As before, but an alert texted to one of our numbers would come in as a message from another.
create or replace function private.owner_of(p_business_id uuid) returns table (
  phone text, email text, first_name text, notify_by text, stopped boolean, ring_phone text, ring_seconds integer)
language sql stable set search_path = '' as $$
  select case when not private.is_our_own_phone(p.phone) then p.phone end, coalesce(s.notify_email, o.form ->> 'email'), o.form ->> 'firstName',
         coalesce(s.notify_by, 'both'), s.alerts_stopped_at is not null,
         case when coalesce(s.ring_first, true) then coalesce(s.ring_phone, o.form ->> 'mobile') end, coalesce(s.ring_seconds, 18)
    from public.businesses b
    left join lateral (select * from public.business_settings x where x.business_id = b.id limit 1) s on true
    left join lateral (select x.form from public.client_onboarding x where x.business_id = b.id and x.form is not null limit 1) o on true
    cross join lateral (select coalesce(s.notify_phone, o.form ->> 'mobile') as phone) p
   where b.id = p_business_id
$$;
