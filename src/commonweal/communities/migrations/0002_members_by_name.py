
import commonweal.communities.names
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0001_first'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='membership',
            name='name_key',
            field=commonweal.communities.names.NameKey(blank=True, default='', editable=False, max_length=60, of='display_name'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['community', 'name_key'], name='members_by_name', opclasses=['int8_ops', 'varchar_pattern_ops']),
        ),
    ]
