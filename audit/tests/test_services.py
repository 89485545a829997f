"""What is written into the audit trail, and what refuses to be."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit import selectors, services
from audit.models import AppendOnly, ChainHead, Event, Viewing
from audit.services import Act, AnonymousActor, NotInTransaction, SystemActor
from audit.tests.factories import make_user, record_some, wearing, with_reference


@pytest.mark.django_db
def test_an_act_is_one_event_with_who_what_and_the_hat():
    user = wearing(make_user(), role="head", organisation="Virtual School")
    services.record(
        actor=user, verb="pep.signed_off", target=with_reference(user), child="child-1",
        before="in_progress", after="signed_off", changes={"signed_on": [None, date(2026, 3, 2)]}, reason="first plan",
    )  # fmt: skip
    event = Event.objects.get()
    assert (event.seq, event.actor, event.actor_label, event.role, event.organisation) == (1, user, "", "head", "Virtual School")
    assert (event.target_type, event.target_id, event.target_label) == ("accounts.User", str(user.pk), "PEP-7K3Q9-2026-1")
    assert (event.verb, event.before, event.after, event.reason) == ("pep.signed_off", "in_progress", "signed_off", "first plan")
    assert event.changes == {"signed_on": [None, "2026-03-02"]}
    assert timezone.now() - event.at < timezone.timedelta(minutes=1)


@pytest.mark.django_db
def test_a_person_without_a_hat_and_a_target_without_a_reference_leave_those_fields_empty():
    user = make_user()
    event = services.record(actor=user, verb="session.ended", target=user)
    assert (event.role, event.organisation, event.target_label, event.child_id) == ("", "", "", "")


@pytest.mark.django_db
def test_a_job_acts_by_its_name():
    event = services.record(actor=SystemActor("reminders"), verb="pep.opened", target=make_user())
    assert (event.actor, event.actor_label) == (None, "system:reminders")


@pytest.mark.django_db
@pytest.mark.parametrize("nobody", [None, AnonymousUser(), "amina"])
def test_nobody_acts_or_reads_anonymously(nobody):
    target = make_user()
    with pytest.raises(AnonymousActor):
        services.record(actor=nobody, verb="pep.opened", target=target)
    with pytest.raises(AnonymousActor):
        services.viewed(user=nobody, child="child-1", page="caseload:child")
    assert not Event.objects.exists()
    assert not Viewing.objects.exists()


@pytest.mark.django_db
def test_a_job_needs_a_name_and_reads_no_pages():
    with pytest.raises(AnonymousActor):
        SystemActor("")
    with pytest.raises(AnonymousActor):
        services.viewed(user=SystemActor("reminders"), child="child-1", page="caseload:child")


@pytest.mark.django_db
def test_the_database_refuses_an_event_of_nobody():
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.bulk_create([Event(seq=1, at=timezone.now(), verb="pep.opened", target_type="x", target_id="1", hash="0")])


@pytest.mark.django_db
def test_an_event_needs_a_saved_target_and_a_viewing_a_child():
    user = make_user()
    with pytest.raises(ValueError, match="saved target"):
        services.record(actor=user, verb="pep.opened", target=type(user)(email="new@example.org"))
    with pytest.raises(ValueError, match="names the child"):
        services.viewed(user=user, child=None, page="caseload:child")


@pytest.mark.django_db
def test_a_child_may_be_given_as_an_instance_or_an_id():
    user = make_user()
    by_instance = services.viewed(user=user, child=user, page="caseload:child")
    by_id = services.viewed(user=user, child=user.pk, page="caseload:child")
    assert by_instance.child_id == by_id.child_id == str(user.pk)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    user = make_user()
    with pytest.raises(NotInTransaction):
        services.record(actor=user, verb="pep.opened", target=user)
    with pytest.raises(NotInTransaction):
        services.record_many(actor=user, acts=[Act(verb="pep.opened", target=user)])
    with pytest.raises(NotInTransaction):
        services.viewed(user=user, child="child-1", page="caseload:child")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_trace_and_no_gap():
    user = make_user()
    services.record(actor=user, verb="pep.opened", target=user)
    with transaction.atomic():
        services.record(actor=user, verb="pep.signed_off", target=user)
        services.viewed(user=user, child="child-1", page="caseload:child")
        transaction.set_rollback(True)
    services.record(actor=user, verb="pep.closed", target=user)
    assert list(Event.objects.order_by("seq").values_list("seq", "verb")) == [(1, "pep.opened"), (2, "pep.closed")]
    assert not Viewing.objects.exists()
    assert selectors.verify("event").ok


@pytest.mark.django_db
def test_an_act_that_cannot_be_recorded_does_not_happen():
    user = make_user()

    @transaction.atomic
    def rename():
        type(user).objects.filter(pk=user.pk).update(name="Changed")
        services.record(actor=user, verb="user.renamed", target=user, changes={"name": object()})

    with pytest.raises(TypeError):
        rename()
    user.refresh_from_db()
    assert user.name == "Amina Okafor"


@pytest.mark.django_db
def test_many_acts_are_one_chain_in_order_under_one_lock(django_assert_num_queries):
    user = make_user()
    services.record(actor=user, verb="pep.opened", target=user)
    with transaction.atomic(), django_assert_num_queries(3):  # head, entries, head
        services.record_many(actor=SystemActor("sweep"), acts=[Act(verb=f"pep.opened.{n}", target=user) for n in range(50)])
    assert list(Event.objects.order_by("seq").values_list("verb", flat=True))[1:] == [f"pep.opened.{n}" for n in range(50)]
    assert selectors.verify("event").count == 51
    assert services.record_many(actor=user, acts=[]) == []


@pytest.mark.django_db
def test_values_that_databases_write_differently_still_verify():
    user = make_user()
    changes = {"hours": 1.50, "share": 1e22, "sum": Decimal("12.30"), "name": "Zoë 'Ø' 漢", "none": None, "list": [True, 3]}
    services.record(actor=user, verb="funding.agreed", target=user, changes=changes)
    assert selectors.verify("event").ok
    assert Event.objects.get().changes == {
        "hours": "1.5", "share": "1e+22", "sum": "12.30", "name": "Zoë 'Ø' 漢", "none": None, "list": [True, 3],
    }  # fmt: skip


@pytest.mark.django_db
def test_the_two_chains_are_numbered_apart():
    record_some(3)
    services.viewed(user=make_user(), child="child-2", page="caseload:child")
    assert dict(ChainHead.objects.values_list("name", "seq")) == {"event": 3, "viewing": 4}


@pytest.mark.django_db
def test_selectors_give_a_childs_own_entries_newest_first():
    record_some(2, child="child-1")
    record_some(1, child="child-2")
    assert [event.seq for event in selectors.events_of("child-1")] == [2, 1]
    assert [viewing.seq for viewing in selectors.viewings_of("child-2")] == [3]


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Event, Viewing])
def test_a_queryset_of_entries_neither_changes_nor_deletes(model):
    record_some(1)
    entry = model.objects.get()
    with pytest.raises(AppendOnly):
        model.objects.all().update(child_id="child-2")
    with pytest.raises(AppendOnly):
        model.objects.bulk_update([entry], ["child_id"])
    with pytest.raises(AppendOnly):
        model.objects.filter(child_id="child-1").delete()
    assert model.objects.get().child_id == "child-1"
