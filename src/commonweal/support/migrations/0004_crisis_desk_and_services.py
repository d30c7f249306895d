
import commonweal.kit.clock
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0002_members_by_name'),
        ('conversations', '0001_first'),
        ('support', '0003_requests_in_depth'),
    ]

    operations = [
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concerns_about', to='communities.membership')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concerns', to='communities.community')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concerns', to='conversations.post')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.topic')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['community', 'opened_at', 'id'], name='open_concerns'), models.Index(condition=models.Q(('erased_at__isnull', True)), fields=['closed_at'], name='concerns_to_erase')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('post',), name='one_open_concern_per_post'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('closed_at__gte', models.F('opened_at')), _connector='OR'), name='concern_closes_after_opening')],
            },
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('acknowledged', 'A steward took it on'), ('assessed', 'Looked at: is there danger, are others safe?'), ('private', 'Wrote to the person in private'), ('public', 'Somebody answered where it was said'), ('second', 'A second steward looked and agreed'), ('day', 'Looked again after a day'), ('week', 'Looked again after a week'), ('debrief', 'Those who helped talked it over'), ('closed', 'Closed')], max_length=12)),
                ('at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.membership')),
                ('concern', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='support.concern')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('concern', 'kind'), name='each_step_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['acknowledged', 'assessed', 'private', 'public', 'second', 'day', 'week', 'debrief', 'closed'])), name='case_step_is_known')],
            },
        ),
        migrations.CreateModel(
            name='CaseReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('acknowledged', 'A steward took it on'), ('assessed', 'Looked at: is there danger, are others safe?'), ('private', 'Wrote to the person in private'), ('public', 'Somebody answered where it was said'), ('second', 'A second steward looked and agreed'), ('day', 'Looked again after a day'), ('week', 'Looked again after a week'), ('debrief', 'Those who helped talked it over'), ('closed', 'Closed')], max_length=12)),
                ('at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('concern', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='support.concern')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('concern', 'kind'), name='one_reminder_per_step')],
            },
        ),
        migrations.CreateModel(
            name='CaseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('submission', models.UUIDField(null=True)),
                ('at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.membership')),
                ('concern', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='support.concern')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('by', 'submission'), name='one_case_note_per_submission')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('danger', models.CharField(choices=[('yes', 'Yes'), ('no', 'No'), ('unsure', 'Not sure')], max_length=6)),
                ('others_safe', models.CharField(choices=[('yes', 'Yes'), ('no', 'No'), ('unsure', 'Not sure')], max_length=6)),
                ('mistaken', models.BooleanField(default=False)),
                ('concern', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='assessment', to='support.concern')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('danger__in', ['yes', 'no', 'unsure']), ('others_safe__in', ['yes', 'no', 'unsure'])), name='assessment_is_known'), models.CheckConstraint(condition=models.Q(('mistaken', False), models.Q(('danger', 'no'), ('others_safe', 'yes')), _connector='OR'), name='mistaken_means_all_safe')],
            },
        ),
        migrations.CreateModel(
            name='EmergencyCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decided_at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('volunteered', models.TextField()),
                ('agreed_at', models.DateTimeField(null=True)),
                ('alone_because', models.TextField(blank=True)),
                ('alone', models.BooleanField(default=False)),
                ('called_at', models.DateTimeField(null=True)),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.membership')),
                ('called_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.membership')),
                ('concern', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='emergency', to='support.concern')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.membership')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('agreed_by__isnull', True), models.Q(('agreed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='two_people_decide_a_call'), models.CheckConstraint(condition=models.Q(('called_at__isnull', True), ('agreed_by__isnull', False), ('alone', True), _connector='OR'), name='no_call_without_agreement_or_reason')],
            },
        ),
        migrations.CreateModel(
            name='LocalService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('line', 'A help line'), ('service', 'A local service')], default='line', max_length=8)),
                ('replaces', models.CharField(blank=True, max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('text', models.CharField(blank=True, max_length=40)),
                ('web', models.URLField(blank=True, max_length=300)),
                ('hours', models.CharField(blank=True, max_length=120)),
                ('languages', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('source', models.URLField(max_length=400)),
                ('looked_up', models.DateField()),
                ('changed_at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('retired_at', models.DateTimeField(null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.membership')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='local_services', to='communities.community')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='a_service_has_a_source'), models.CheckConstraint(condition=models.Q(('kind__in', ['line', 'service'])), name='service_kind_is_known'), models.CheckConstraint(condition=models.Q(('phone', ''), ('text', ''), ('web', ''), _negated=True), name='a_service_can_be_reached'), models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('community', 'name', 'phone', 'text'), name='one_service_of_a_name_and_number'), models.UniqueConstraint(condition=models.Q(('replaces', ''), _negated=True), fields=('community', 'replaces'), name='one_correction_of_a_line')],
            },
        ),
        migrations.CreateModel(
            name='OnCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('concern', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='on_case', to='support.concern')),
                ('steward', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('concern', 'steward'), name='once_on_a_case')],
            },
        ),
        migrations.CreateModel(
            name='PrivateReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.membership')),
                ('concern', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reply', to='support.concern')),
            ],
        ),
        migrations.CreateModel(
            name='Raising',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('member', 'Somebody here was worried'), ('author', 'The person says that it is urgent'), ('words', 'A phrase in the message matched the list')], max_length=8)),
                ('words', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='communities.membership')),
                ('concern', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='raisings', to='support.concern')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('source__in', ['member', 'author', 'words'])), name='concern_source_is_known'), models.UniqueConstraint(fields=('concern', 'by'), name='one_raising_each')],
            },
        ),
    ]
