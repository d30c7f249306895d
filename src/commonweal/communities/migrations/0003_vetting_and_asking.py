
import commonweal.kit.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0002_members_by_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Vetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('second_at', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('first_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.membership')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vettings', to='communities.membership')),
                ('second_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.membership')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.membership')),
            ],
        ),
        migrations.AddField(
            model_name='membership',
            name='asking',
            field=models.CharField(choices=[('told', 'Yes, and tell me when somebody does'), ('quiet', 'Yes, quietly: it waits in my messages, without a notice'), ('closed', 'Not just now')], db_default='told', default='told', max_length=6, verbose_name='may members ask me to talk in private'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('asking__in', ['told', 'quiet', 'closed'])), name='asking_is_known'),
        ),
        migrations.AddIndex(
            model_name='vetting',
            index=models.Index(condition=models.Q(('second_at__isnull', False), ('withdrawn_at__isnull', True)), fields=['member', 'until'], name='standing_vettings'),
        ),
        migrations.AddConstraint(
            model_name='vetting',
            constraint=models.CheckConstraint(condition=models.Q(('first_by', models.F('second_by')), _negated=True), name='two_different_stewards_vet'),
        ),
        migrations.AddConstraint(
            model_name='vetting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('member', models.F('first_by')), _negated=True), models.Q(('member', models.F('second_by')), _negated=True)), name='nobody_vets_themselves'),
        ),
        migrations.AddConstraint(
            model_name='vetting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('second_at__isnull', True), ('second_by__isnull', True), ('until__isnull', True)), models.Q(('second_at__isnull', False), ('second_by__isnull', False), ('until__isnull', False)), _connector='OR'), name='vetting_holds_with_a_second'),
        ),
        migrations.AddConstraint(
            model_name='vetting',
            constraint=models.UniqueConstraint(condition=models.Q(('second_by__isnull', True), ('withdrawn_at__isnull', True)), fields=('member',), name='one_vetting_begun'),
        ),
    ]
