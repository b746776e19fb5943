<<<<<<< HEAD
revision = "a"
=======
revision = "b"
>>>>>>> x
