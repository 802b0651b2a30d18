# A void or replaced paper is printed with its stamp and its reason.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_next_due_of_enquiries'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rendition',
            name='kind',
            field=models.CharField(choices=[('presented', 'presented'), ('sealed', 'sealed'), ('gone', 'gone')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('presented', 'sealed', 'gone'))), name='core_rendition_kind'),
        ),
    ]
