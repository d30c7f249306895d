import commonweal.kit.clock
import django.db.models.deletion
from django.db import migrations, models


def stand_by_deadline(apps, schema_editor):
    """Requests that are there already stand in the queue by their deadline."""
    apps.get_model("support", "SupportRequest").objects.update(turn_at=models.F("promise_due_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0002_members_by_name"),
        ("conversations", "0001_first"),
        ("support", "0002_supporters_in_depth"),
    ]

    operations = [
        migrations.CreateModel(
            name="Circumstances",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="circumstances",
                        serialize=False,
                        to="support.supportrequest",
                    ),
                ),
                ("urgency", models.CharField(blank=True, max_length=200)),
                ("country", models.CharField(blank=True, max_length=2)),
            ],
        ),
        migrations.CreateModel(
            name="AfterCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("better", "Better"), ("same", "About the same"), ("harder", "Harder")],
                        max_length=6,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="support.supportrequest"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("asked_at__isnull", True)), fields=["due_at"], name="checks_to_ask"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "day"), name="one_check_per_day"),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["", "better", "same", "harder"])),
                        name="check_answer_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=commonweal.kit.clock.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("released", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=600, verbose_name="what the author is told")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="communities.membership",
                    ),
                ),
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hold", to="conversations.post"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at__isnull", True)),
                        fields=["community", "at"],
                        name="what_is_held",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decided_at__isnull", False), ("released", False), _connector="OR"),
                        name="released_by_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at__isnull", True),
                            ("released", True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="kept_aside_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatchStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "done",
                    models.CharField(
                        choices=[
                            ("shown", "help was shown to the author"),
                            ("told", "people on duty were told"),
                            ("held", "held until a steward reads it"),
                            ("released", "shown to everyone again"),
                            ("aside", "stays between the author and the stewards"),
                        ],
                        max_length=8,
                    ),
                ),
                ("told", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(default=commonweal.kit.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="communities.membership",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="match_steps", to="conversations.post"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done__in", ["shown", "told", "held", "released", "aside"])),
                        name="match_step_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PhraseMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("danger", "may be in danger"),
                            ("method", "asks for or describes a method"),
                            ("pact", "looks for somebody to die with"),
                        ],
                        max_length=6,
                    ),
                ),
                ("phrase", models.CharField(max_length=40)),
                ("version", models.CharField(max_length=12)),
                ("at", models.DateTimeField(default=commonweal.kit.clock.now)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phrase_matches",
                        to="conversations.post",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["community", "-at", "-id"], name="newest_matches")],
                "constraints": [
                    models.UniqueConstraint(fields=("post", "phrase"), name="one_match_per_phrase"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["danger", "method", "pact"])), name="match_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("promise_due_at", models.DateTimeField()),
                ("first_reply_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("broken_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(default=commonweal.kit.clock.now)),
                ("answered_by", models.ManyToManyField(related_name="+", to="communities.membership")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reopenings",
                        to="support.supportrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["request", "at"], name="rounds_of_a_request")],
            },
        ),
        migrations.AddField(
            model_name="acknowledgement",
            name="claimed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="supportrequest",
            name="promised_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="supportrequest",
            name="turn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="supportrequest",
            name="urgent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="supportrequest",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True), ("closed_at__isnull", True)),
                fields=["community", "turn_at", "id"],
                name="queue_by_turn",
            ),
        ),
        migrations.RunPython(stand_by_deadline, migrations.RunPython.noop),
    ]
