# coding: latin-1
import a.b as c
from m import *
x = ['a', 'b']
revision = x[-1]
down_revision = f'{x[0]}b' + 'c'
if TYPE_CHECKING:
    down_revision = 'x'
elif __name__ == '__main__':
    pass
else:
    branch_labels = (c.LABEL, *x)
try:
    depends_on = tuple(x)
except E as e:
    depends_on += ('z',)
with open(f) as g: revision += 'b'
for i in x: x.append(i)
match x:
    case {'a': y, **rest}: pass
while (n := 1): break
class K: global revision
del x
