
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='under_18_said_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('under_18_said_at__isnull', False)), fields=['id'], name='people_under_18'),
        ),
    ]
