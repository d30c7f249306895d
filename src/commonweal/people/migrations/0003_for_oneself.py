
import commonweal.kit.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_under_18'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='contact_asked_again_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='ContactAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('contact', models.BooleanField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_answers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'month'), name='one_contact_answer_a_month')],
            },
        ),
        migrations.CreateModel(
            name='Reflection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(max_length=80)),
                ('moment', models.CharField(choices=[('before', 'Before'), ('after', 'Afterwards')], max_length=6)),
                ('title', models.CharField(blank=True, max_length=140)),
                ('answers', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reflections', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'occasion', 'moment'), name='one_reflection_a_moment'), models.CheckConstraint(condition=models.Q(('moment__in', ['before', 'after'])), name='moment_is_known')],
            },
        ),
    ]
