
import commonweal.kit.clock
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0004_let_be'),
        ('conversations', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=commonweal.kit.clock.now)),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shown', to='conversations.conversation')),
                ('shown_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communities.membership')),
            ],
        ),
        migrations.AddField(
            model_name='participant',
            name='keep_days',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(condition=models.Q(('keep_days__isnull', False)), fields=['keep_days', 'id'], name='participants_who_forget'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('keep_days__isnull', True), ('keep_days__in', [7, 30]), _connector='OR'), name='kept_days_are_known'),
        ),
    ]
